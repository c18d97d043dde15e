using System.Runtime.Intrinsics.X86;

namespace Quorum.Managed.Ipc;

// Spins for a response as long as spinning pays. The budget doubles when spinning saw the response, and halves when it
// did not. Used by one caller at a time.
//
// A call that comes more than a millisecond after the previous one does not spin and does not change the budget. The
// daemon sleeps by then, and the kernel often wakes it on the caller's processor, where spinning would delay it.
//
// When the budget is used up, every 16th call spins for the trial time. A shorter trial would never succeed: while the
// client sleeps between two calls the daemon sleeps too, and waking the daemon takes 15 to 25 microseconds. A spin that
// outlasts the wake-up brings both sides back to answering within a few microseconds.
internal sealed class ResponseSpinner
{
    private const int CallsPerTrial = 16;
    private static readonly TimeSpan LongestGap = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LargestBudget = TimeSpan.FromMicroseconds(50);
    private static readonly TimeSpan TrialBudget = TimeSpan.FromMicroseconds(30);
    private static readonly TimeSpan SmallestBudget = TimeSpan.FromMicroseconds(2);
    private static readonly TimeSpan LargestAsynchronousSpin = TimeSpan.FromMicroseconds(10);
    private readonly TimeProvider _time;
    private readonly bool _enabled;
    private TimeSpan _budget = TrialBudget;
    private long _lastCall;
    private int _callsWithoutBudget;

    // ProcessorCount respects the affinity and the container's limit. On one processor, spinning keeps the daemon from
    // answering.
    public ResponseSpinner(WaitStrategy strategy)
        : this(strategy, Environment.ProcessorCount, TimeProvider.System)
    {
    }

    internal ResponseSpinner(WaitStrategy strategy, int processors, TimeProvider time)
    {
        _enabled = strategy != WaitStrategy.Blocking && processors > 1;
        _time = time;
        _lastCall = time.GetTimestamp();
    }

    // Returns whether a response was seen; false also when this call did not look. An asynchronous caller's thread has
    // other work, so it spins for ten microseconds at most.
    public bool Spin(IResponseSource responses, bool asynchronous)
    {
        // A first look would be wasted: the caller looks again before it sleeps.
        if (!_enabled)
        {
            return false;
        }

        long start = _time.GetTimestamp();
        TimeSpan budget = _time.GetElapsedTime(_lastCall, start) > LongestGap ? TimeSpan.Zero : NextBudget();
        _lastCall = start;
        if (budget == TimeSpan.Zero)
        {
            return false;
        }

        if (responses.HasResponse)
        {
            return true;
        }

        TimeSpan limit = asynchronous ? Shorter(budget, LargestAsynchronousSpin) : budget;
        do
        {
            Pause();
            if (responses.HasResponse)
            {
                _budget = Shorter(budget * 2, LargestBudget);
                return true;
            }
        }
        while (_time.GetElapsedTime(start) < limit);

        _budget = Shorter(budget / 2, _budget);
        return false;
    }

    // Thread.SpinWait first measures for 0.1 ms how long a pause takes, which is much for a process that asks once.
    private static void Pause()
    {
        if (X86Base.IsSupported)
        {
            X86Base.Pause();
        }
        else
        {
            Thread.SpinWait(8);
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private TimeSpan NextBudget() =>
        _budget >= SmallestBudget ? _budget
        : ++_callsWithoutBudget % CallsPerTrial == 0 ? TrialBudget
        : TimeSpan.Zero;
}
