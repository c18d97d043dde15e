using System.Runtime.CompilerServices;

namespace Quorum.Managed.Ipc;

// One round trip whose response several callers share. Its life, Waiters and the asynchronous waiters belong to an IpcSharedRequest and its lock:
// Waiting -> Claimed (the round trip before it has ended; its caller sends this one's request, and may complete it) -> Done -> Waiting (reused when the last waiter
// has left); or, in between, -> Ready (left to its callers) -> Claimed (by one of them).
internal sealed class SharedRound : IThreadPoolWorkItem
{
    private const int Yields = 40;
    private static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(50);
    private readonly IpcSharedRequest _owner;
    private readonly object _bed = new();
    private volatile Phase _phase;
    private int _sleepers;

    public SharedRound(IpcSharedRequest owner, int responseBytes)
    {
        _owner = owner;
        Buffer = new byte[responseBytes];
        OnLed = () => _owner.EndLead(this);
    }

    internal enum Phase
    {
        Waiting,
        Ready,
        Claimed,
        Done,
    }

    public Phase Current => _phase;

    public byte[] Buffer { get; }

    // Whether its request was sent before somebody claimed it: to be ended, not made.
    public bool IsBegun { get; set; }

    // Bytes of the response; below zero when the round trip failed, and everybody has to ask for himself.
    public int Length { get; set; } = -1;

    // The round trip that is made on behalf of others, and what comes after it.
    public ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter Leading { get; set; }

    public Action OnLed { get; }

    // Callers that are not done with it, and whoever leads it on their behalf.
    public int Waiters { get; set; }

    // For whoever leads it on behalf of others: the time limit of the first of them.
    public TimeSpan Timeout { get; set; }

    // The asynchronous ones among them, as a list.
    public SharedWaiter? Asynchronous { get; set; }

    public void Reset()
    {
        Length = -1;
        IsBegun = false;
        Asynchronous = null;
        _phase = Phase.Waiting;
    }

    public void Enter(Phase phase) => _phase = phase;

    // Waits on this thread until the round is Ready or Done; false when the time is over first. Yields for a while: the round trip that is
    // under way takes microseconds, as sleeping and waking would.
    public bool Wait(Deadline deadline)
    {
        for (int i = 0; i < Yields; i++)
        {
            if (_phase is Phase.Ready or Phase.Done)
            {
                return true;
            }

            Thread.Yield();
        }

        lock (_bed)
        {
            while (_phase is not (Phase.Ready or Phase.Done))
            {
                if (deadline.IsPast)
                {
                    return false;
                }

                _sleepers++;
                _ = Monitor.Wait(_bed, deadline.Slice(Nap));
                _sleepers--;
            }
        }

        return true;
    }

    // On the thread pool: leads the round for its asynchronous waiters, unless a thread that waits was faster.
    void IThreadPoolWorkItem.Execute() => _owner.LeadForOthers(this);

    // After Enter(Ready) one sleeper is enough, after Enter(Done) all must know.
    public void Wake(bool all)
    {
        lock (_bed)
        {
            if (_sleepers == 0)
            {
                return;
            }

            if (all)
            {
                Monitor.PulseAll(_bed);
            }
            else
            {
                Monitor.Pulse(_bed);
            }
        }
    }
}
