using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Ipc.SharedMemory;

// musl's sem_t: u32 value, u32 waiters, u32 zero when it is shared. Two dialects begin alike, and mark a value that is
// waited for in incompatible ways:
//   negative (below 1.2.4): a waiter changes the value from 0 to -1. A post changes -1 to 1, and wakes.
//   bit 31 (from 1.2.4 on): a waiter changes the value from 0 to 0x80000000. A post adds 1, clears the bit for the last
//   waiter, and wakes.
// A mark of the wrong dialect would spoil the count. The probe tells the dialects apart: when the waiters' word is not
// 0, a take of the last unit leaves -1 behind in the first dialect, and 0 in the second. While the dialect is unknown
// this type sets no mark, so a wake-up can be missed, and waits are short.
internal readonly unsafe struct MuslSemaphore
{
    private const uint Negative = 0xFFFFFFFF;
    private const uint Bit = 0x80000000;
    private const uint MaxValue = int.MaxValue;
    private static readonly TimeSpan LongestUnmarkedWait = TimeSpan.FromMilliseconds(1);

    private readonly uint* _value;
    private readonly uint* _waiters;

    public MuslSemaphore(uint* address)
    {
        _value = address;
        _waiters = address + 1;
    }

    public uint Value => Count(Volatile.Read(ref *_value));

    public bool TryTake()
    {
        uint seen = Volatile.Read(ref *_value);
        while (Count(seen) != 0)
        {
            uint before = Interlocked.CompareExchange(ref *_value, seen - 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    public void Post(SemaphoreKind kind)
    {
        uint waiters;
        uint seen;
        uint next;
        do
        {
            seen = Volatile.Read(ref *_value);
            waiters = Volatile.Read(ref *_waiters);
            if (Count(seen) >= MaxValue)
            {
                throw RingCorruptException.Semaphore();
            }

            // Right in both dialects: -1 becomes 1, and the bit is cleared for the last waiter.
            next = seen == Negative ? 1 : seen + 1;
            next = waiters <= 1 && kind != SemaphoreKind.MuslNegative ? next & ~Bit : next;
        }
        while (Interlocked.CompareExchange(ref *_value, next, seen) != seen);

        if ((int)seen < 0 || (waiters != 0 && kind != SemaphoreKind.MuslBit))
        {
            Futex.Wake(_value, kind == SemaphoreKind.MuslNegative || waiters > 1 ? 1 : int.MaxValue);
        }
    }

    public void WaitOnce(SemaphoreKind kind, TimeSpan timeout)
    {
        uint mark = kind switch
        {
            SemaphoreKind.MuslNegative => Negative,
            SemaphoreKind.MuslBit => Bit,
            _ => 0,
        };
        AddWaiter();
        try
        {
            // Sets the mark when the value is 0. With any other value the wait below does not sleep.
            _ = Interlocked.CompareExchange(ref *_value, mark, 0);
            Futex.Wait(_value, mark, mark == 0 && timeout > LongestUnmarkedWait ? LongestUnmarkedWait : timeout);
        }
        finally
        {
            Interlocked.Decrement(ref *_waiters);
        }
    }

    public void AddWaiter() => Interlocked.Increment(ref *_waiters);

    public SemaphoreKind EndProbe()
    {
        uint seen = Volatile.Read(ref *_value);
        Interlocked.Decrement(ref *_waiters);
        _ = Interlocked.CompareExchange(ref *_value, 0, Negative);
        return seen switch
        {
            Negative => SemaphoreKind.MuslNegative,
            0 => SemaphoreKind.MuslBit,
            _ => SemaphoreKind.Musl,
        };
    }

    // A ring never has nearly 2^31 - 1 chunks, so 0xFFFFFFFF is always -1.
    private static uint Count(uint value) => value == Negative ? 0 : value & MaxValue;
}
