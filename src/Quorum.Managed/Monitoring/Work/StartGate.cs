namespace Quorum.Managed;

// Decides once whether work starts. The pool may run the start long after nobody waits for it any more.
internal sealed class StartGate
{
    private const int Open = 0;
    private const int Started = 1;
    private const int Closed = 2;

    private int _state;

    // The pool may have been busy, or this process may have stood still. The condition decides at the last moment.
    public bool TryStart(Func<bool> condition) =>
        Volatile.Read(ref _state) == Open
        && condition()
        && Interlocked.CompareExchange(ref _state, Started, Open) == Open;

    // Whether the work has started. If not, it never will.
    public bool HasStarted() => Interlocked.CompareExchange(ref _state, Closed, Open) == Started;
}
