namespace Quorum.Managed.Ipc.SharedMemory;

// Spins for a response as long as that pays: the budget doubles when spinning caught the response and halves when it did not. Used by one caller at a
// time.
//
// A call that comes more than a millisecond after the one before it does not spin, and does not count: the daemon has fallen asleep, and is woken on the
// processor that the caller runs on as often as not, where spinning is in its way.
//
// Once the budget is spent, every 16th call tries a real one again. A token one would never recover: while the client sleeps between two calls the daemon
// does too, and only a spin longer than the daemon's wake-up (15-25 us) brings both back to answering within a few microseconds.
internal sealed class ResponseSpinner
{
    private const int TryEvery = 16;
    private static readonly TimeSpan Rare = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Largest = TimeSpan.FromMicroseconds(50);
    private static readonly TimeSpan Trial = TimeSpan.FromMicroseconds(30);
    private static readonly TimeSpan Smallest = TimeSpan.FromMicroseconds(2);
    private static readonly TimeSpan Asynchronous = TimeSpan.FromMicroseconds(10);
    private readonly TimeProvider _time;
    private readonly bool _enabled;
    private TimeSpan _budget = Trial;
    private long _last;
    private int _calls;

    // ProcessorCount respects affinity and the container's processor limit: on one processor, spinning only keeps the daemon from answering.
    public ResponseSpinner(WaitStrategy strategy)
        : this(strategy, Environment.ProcessorCount, TimeProvider.System)
    {
    }

    internal ResponseSpinner(WaitStrategy strategy, int processors, TimeProvider time)
    {
        _enabled = strategy != WaitStrategy.Blocking && processors > 1;
        _time = time;
        _last = time.GetTimestamp();
    }

    // Whether there is a response; false also where nobody looked, because spinning does not pay. An asynchronous caller's thread has other things to do: it spins
    // for ten microseconds at most.
    public bool Spin(IResponseSource responses, bool asynchronous)
    {
        // Not even a look: whoever sleeps next looks before.
        if (!_enabled)
        {
            return false;
        }

        long start = _time.GetTimestamp();
        TimeSpan budget = _time.GetElapsedTime(_last, start) > Rare ? TimeSpan.Zero : Budget();
        _last = start;
        if (budget == TimeSpan.Zero)
        {
            return false;
        }

        if (responses.HasResponse)
        {
            return true;
        }

        TimeSpan limit = asynchronous ? Shorter(budget, Asynchronous) : budget;
        do
        {
            Thread.SpinWait(8);
            if (responses.HasResponse)
            {
                _budget = Shorter(budget * 2, Largest);
                return true;
            }
        }
        while (_time.GetElapsedTime(start) < limit);

        _budget = Shorter(budget / 2, _budget);
        return false;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private TimeSpan Budget() => _budget >= Smallest ? _budget : ++_calls % TryEvery == 0 ? Trial : TimeSpan.Zero;
}
