namespace Quorum.Managed.Cli.Watching;

internal enum WatchChangeKind
{
    None = 0,
    Connection,
    NodeList,
    Quorate,
    NotQuorate,
}
