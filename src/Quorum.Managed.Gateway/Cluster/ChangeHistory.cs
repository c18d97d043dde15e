namespace Quorum.Managed.Gateway;

// The last changes, the newest first, and how often each state was reached. Thread-safe.
internal sealed class ChangeHistory
{
    private const int Kept = 20;

    private readonly Lock _lock = new();
    private readonly long[] _transitions = new long[3];
    private Change[] _changes = [];

    public IReadOnlyList<Change> Changes => Volatile.Read(ref _changes);

    public long Transitions(QuorumState state)
    {
        lock (_lock)
        {
            return _transitions[(int)state];
        }
    }

    // Returns whether it is one that is shown: neither a renewed proof nor the progress of a change.
    public bool Add(Change change)
    {
        lock (_lock)
        {
            if (_changes is [var last, ..] && change.IsSameAs(last))
            {
                return false;
            }

            if (_changes is not [var before, ..] || before.State != change.State)
            {
                _transitions[(int)change.State]++;
            }

            Volatile.Write(ref _changes, [change, .. _changes.Take(Kept - 1)]);
            return true;
        }
    }
}
