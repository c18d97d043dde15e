using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Ipc.SharedMemory;

// The process-shared sem_t of the daemon's C library in 64-bit processes. It is written by hand because our process may
// have another C library than the daemon. protocol-docs/semaphore.md.
//
// Invariants, in each dialect:
//  1. The count is exact: it is the number of committed chunks that were not taken. It decides whether a ring with
//     equal indexes is full or empty. Each take and each post changes the count by one, in one compare-and-swap.
//  2. A waiter registers, then looks at the count, then sleeps. A post after that look finds the waiter registered and
//     wakes it, or changes the futex word, so that the sleep does not begin.
//  3. The daemon's own functions could have left the words as they are at any time: each step here is one of theirs.
// A ring has one taker: no other takes between its wait and its take.
internal readonly unsafe struct RingSemaphore
{
    private const ulong Waiter = 1UL << 32;
    private const uint MaxValue = int.MaxValue;

    private readonly ulong* _word;
    private readonly SemaphoreDialect _dialect;

    public RingSemaphore(byte* address, SemaphoreDialect dialect)
    {
        _word = (ulong*)address;
        _dialect = dialect;
    }

    public uint Value => IsGlibc ? (uint)Volatile.Read(ref *_word) : Musl.Value;

    public bool HasKnownDialect => _dialect.Kind != SemaphoreKind.Musl;

    private bool IsGlibc => _dialect.Kind == SemaphoreKind.Glibc;

    private MuslSemaphore Musl => new((uint*)_word);

    // The half of glibc's word that holds the value.
    private uint* FutexWord => (uint*)_word + (BitConverter.IsLittleEndian ? 0 : 1);

    public bool TryTake()
    {
        if (!IsGlibc)
        {
            return Musl.TryTake();
        }

        ulong seen = Volatile.Read(ref *_word);
        while ((uint)seen != 0)
        {
            ulong before = Interlocked.CompareExchange(ref *_word, seen - 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    public void Post()
    {
        if (!IsGlibc)
        {
            Musl.Post(_dialect.Kind);
            return;
        }

        ulong seen = Volatile.Read(ref *_word);
        while (true)
        {
            if ((uint)seen >= MaxValue)
            {
                throw RingCorruptException.Semaphore();
            }

            ulong before = Interlocked.CompareExchange(ref *_word, seen + 1, seen);
            if (before == seen)
            {
                break;
            }

            seen = before;
        }

        if (seen >> 32 != 0)
        {
            Futex.Wake(FutexWord, 1);
        }
    }

    // Registers as a waiter, sleeps at most once and for at most the given time while the count is 0, and deregisters.
    // The caller takes afterwards.
    public void WaitOnce(TimeSpan timeout)
    {
        if (!IsGlibc)
        {
            Musl.WaitOnce(_dialect.Kind, timeout);
            return;
        }

        Interlocked.Add(ref *_word, Waiter);
        try
        {
            if (Value == 0)
            {
                Futex.Wait(FutexWord, 0, timeout);
            }
        }
        finally
        {
            Interlocked.Add(ref *_word, unchecked(0UL - Waiter));
        }
    }

    // Before a post to a ring that the daemon takes from without waiting: registers a waiter that does not exist, so
    // that the daemon's take shows the dialect.
    public void BeginProbe() => Musl.AddWaiter();

    // After the daemon has taken: learns the dialect, and deregisters the waiter of the probe.
    public void EndProbe() => _dialect.Kind = Musl.EndProbe();
}
