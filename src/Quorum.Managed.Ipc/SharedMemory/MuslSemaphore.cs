using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Ipc.SharedMemory;

// musl's sem_t: u32 value, u32 waiters, u32 zero for a shared one. Two dialects with the same beginning and incompatible marks for "somebody waits":
//   negative (below 1.2.4): the value goes from 0 to -1; a post makes 1 of it, and wakes.
//   bit 31 (from 1.2.4 on): the value goes from 0 to 0x80000000; a post adds 1, clears the bit for the last waiter, and wakes.
// A mark in the wrong dialect would spoil the count. Telling them apart: in the first one a take of the last unit leaves -1 behind when the waiters' word
// is not 0, in the second it leaves 0. While the dialect is unknown nothing is marked, and waits are short, as wake-ups can be missed.
internal readonly unsafe struct MuslSemaphore
{
    private const uint Negative = 0xFFFFFFFF;
    private const uint Bit = 0x80000000;
    private const uint MaxValue = int.MaxValue;
    private static readonly TimeSpan UnmarkedSlice = TimeSpan.FromMilliseconds(1);

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

            // Of both dialects at once: -1 becomes 1, and the bit goes with the last waiter.
            next = seen == Negative ? 1 : seen + 1;
            next = waiters <= 1 && kind != SemaphoreKind.MuslNegative ? next & ~Bit : next;
        }
        while (Interlocked.CompareExchange(ref *_value, next, seen) != seen);

        if ((int)seen < 0 || (waiters != 0 && kind != SemaphoreKind.MuslBit))
        {
            Libc.Wake(_value, kind == SemaphoreKind.MuslNegative || waiters > 1 ? 1 : int.MaxValue);
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
            // From 0 to the mark; where the value is not 0, the sleep below does not begin.
            _ = Interlocked.CompareExchange(ref *_value, mark, 0);
            Libc.Wait(_value, mark, mark == 0 && timeout > UnmarkedSlice ? UnmarkedSlice : timeout);
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

    // No ring has anywhere near 2^31 - 1 chunks: that value is -1, in either dialect.
    private static uint Count(uint value) => value == Negative ? 0 : value & MaxValue;
}
