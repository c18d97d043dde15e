using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli.Watching;

// What the live table shows: the present state and the latest changes. Not thread-safe.
internal sealed class WatchModel
{
    private const int KeptChanges = 50;

    private readonly List<WatchChange> _changes = [];

    // Null: unknown.
    public bool? Quorate { get; private set; }

    // Since when Quorate is what it is.
    public DateTimeOffset Since { get; private set; }

    public RingId? RingId { get; private set; }

    public NodeList Members { get; private set; }

    public DaemonInfo? Daemon { get; private set; }

    public bool IsConnected { get; private set; }

    // Why there is no connection.
    public string? Error { get; private set; }

    // Since the connection was lost.
    public int FailedAttempts { get; private set; }

    // The latest first.
    public IReadOnlyList<WatchChange> Changes => _changes;

    public void Connected(DateTimeOffset time, DaemonInfo daemon)
    {
        Daemon = daemon;
        IsConnected = true;
        Error = null;
        FailedAttempts = 0;
        SetQuorate(time, null);
        Add(new WatchChange(time, WatchChangeKind.Connection, "connected"));
    }

    public void Disconnected(DateTimeOffset time, string error)
    {
        IsConnected = false;
        Error = error;
        RingId = null;
        Members = default;
        SetQuorate(time, null);
        Add(new WatchChange(time, WatchChangeKind.Connection, "disconnected"));
    }

    public void RetryFailed(string error)
    {
        Error = error;
        FailedAttempts++;
    }

    public void Notified(DateTimeOffset time, QuorumNotification notification)
    {
        switch (notification)
        {
            case NodeListChanged list:
                RingId = list.RingId;
                Members = list.Members;
                Add(new WatchChange(time, WatchChangeKind.NodeList, Describe(list)) { Notification = list });
                break;
            case QuorumChanged quorum:
                if (Quorate != quorum.Quorate)
                {
                    SetQuorate(time, quorum.Quorate);
                    Add(new WatchChange(time, quorum.Quorate ? WatchChangeKind.Quorate : WatchChangeKind.NotQuorate, quorum.Quorate ? "quorate" : "not quorate"));
                }

                break;
            default:
                break;
        }
    }

    private static string Describe(NodeListChanged list) => (list.Joined.Count, list.Left.Count) switch
    {
        (0, 0) => "membership",
        (_, 0) => "joined " + string.Join(' ', list.Joined),
        (0, _) => "left " + string.Join(' ', list.Left),
        _ => "joined " + string.Join(' ', list.Joined) + ", left " + string.Join(' ', list.Left),
    };

    private void SetQuorate(DateTimeOffset time, bool? quorate)
    {
        if (Quorate != quorate || Since == default)
        {
            Quorate = quorate;
            Since = time;
        }
    }

    private void Add(WatchChange change)
    {
        _changes.Insert(0, change);
        if (_changes.Count > KeptChanges)
        {
            _changes.RemoveAt(KeptChanges);
        }
    }
}
