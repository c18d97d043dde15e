using System.Diagnostics;

namespace Quorum.Managed.Ipc.SharedMemory;

// Spins for a response as long as that pays: the budget doubles when spinning caught the response and halves when it did not. Used by one caller at a
// time.
//
// Once the budget is spent, every 16th call tries a real one again. A token one would never recover: while the client sleeps between two calls the daemon
// does too, and only a spin longer than the daemon's wake-up (15-25 us) brings both back to answering within a few microseconds.
internal sealed class ResponseSpinner
{
    private const int TryEvery = 16;
    private static readonly long Largest = Stopwatch.Frequency / 20_000;      // 50 us
    private static readonly long Trial = Stopwatch.Frequency / 33_333;        // 30 us
    private static readonly long Smallest = Stopwatch.Frequency / 500_000;    // 2 us
    private static readonly long Asynchronous = Stopwatch.Frequency / 100_000; // 10 us
    private readonly bool _enabled;
    private long _budget = Trial;
    private int _calls;

    // ProcessorCount respects affinity and the container's processor limit: on one processor, spinning only keeps the daemon from answering.
    public ResponseSpinner(WaitStrategy strategy)
        : this(strategy, Environment.ProcessorCount)
    {
    }

    internal ResponseSpinner(WaitStrategy strategy, int processors) => _enabled = strategy != WaitStrategy.Blocking && processors > 1;

    // Whether there is a response; false also where nobody looked, because spinning does not pay. An asynchronous caller's thread has other things to do: it spins for ten microseconds at most.
    public bool Spin(IResponseSource responses, bool asynchronous)
    {
        // Not even a look, which is a system call over sockets: whoever sleeps next looks before.
        long budget = _enabled ? Budget() : 0;
        if (budget == 0)
        {
            return false;
        }

        if (responses.HasResponse)
        {
            return true;
        }

        long limit = asynchronous ? Math.Min(budget, Asynchronous) : budget;
        long start = Stopwatch.GetTimestamp();
        do
        {
            Thread.SpinWait(8);
            if (responses.HasResponse)
            {
                _budget = Math.Min(Largest, budget * 2);
                return true;
            }
        }
        while (Stopwatch.GetTimestamp() - start < limit);

        _budget = Math.Min(_budget, budget / 2);
        return false;
    }

    private long Budget() => _budget >= Smallest ? _budget : ++_calls % TryEvery == 0 ? Trial : 0;
}
