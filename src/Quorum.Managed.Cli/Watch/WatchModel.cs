using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// The data of the live table: the present state and the latest changes. Not thread-safe.
internal sealed class WatchModel
{
    private const int KeptChanges = 50;

    private readonly List<WatchChange> _changes = [];

    public QuorumState State { get; private set; }

    // The time of the last change of State.
    public DateTimeOffset Since { get; private set; }

    public RingId? RingId { get; private set; }

    public NodeList Members { get; private set; }

    // Null before it was read on this connection.
    public VotesReading? Votes { get; set; }

    // Null while they are not known.
    public IReadOnlyDictionary<NodeId, string>? Names { get; set; }

    public DaemonInfo? Daemon { get; private set; }

    public bool IsConnected { get; private set; }

    // Why there is no connection.
    public string? Error { get; private set; }

    // Attempts to reconnect since the connection was lost.
    public int FailedAttempts { get; private set; }

    // The latest change comes first.
    public IReadOnlyList<WatchChange> Changes => _changes;

    public void Connected(DateTimeOffset time, DaemonInfo daemon)
    {
        Daemon = daemon;
        IsConnected = true;
        Error = null;
        FailedAttempts = 0;
        SetState(time, QuorumState.Unknown);
        Add(new WatchChange(time, WatchChangeKind.Connection, "connected"));
    }

    public void Disconnected(DateTimeOffset time, string error)
    {
        IsConnected = false;
        Error = error;
        RingId = null;
        Members = default;
        Votes = null;
        Names = null;
        SetState(time, QuorumState.Unknown);
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
            case QuorumChanged { Quorate: bool quorate }:
                if (SetState(time, quorate ? QuorumState.Quorate : QuorumState.Inquorate))
                {
                    WatchChangeKind kind = quorate ? WatchChangeKind.Quorate : WatchChangeKind.NotQuorate;
                    Add(new WatchChange(time, kind, QuorateText.Of(quorate)));
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

    // Returns whether the state changed. The first state always counts as a change.
    private bool SetState(DateTimeOffset time, QuorumState state)
    {
        if (State == state && Since != default)
        {
            return false;
        }

        State = state;
        Since = time;
        return true;
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
