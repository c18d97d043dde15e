namespace Quorum.Managed.Cli;

// One row of the live table's history.
internal sealed record WatchChange(DateTimeOffset Time, WatchChangeKind Kind, string Text)
{
    // Null if the connection or the quorum state changed.
    public string? Ring { get; init; }

    public NodeList? Members { get; init; }
}
