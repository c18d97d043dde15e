namespace Quorum.Managed.Cli;

// A form in which a table is followed.
internal interface IFollowedSink : IDisposable
{
    void Show(FollowedTable table);
}
