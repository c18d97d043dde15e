namespace Quorum.Managed.Cli;

internal enum WatchChangeKind
{
    None = 0,
    Connection,
    NodeList,
    Quorate,
    NotQuorate,
}
