namespace Quorum.Managed.Cli.Watching;

// One line of the live table's history.
internal sealed record WatchChange(DateTimeOffset Time, WatchChangeKind Kind, string Text)
{
    // Null for a change of the connection or of quorum alone.
    public NodeListChanged? Notification { get; init; }
}
