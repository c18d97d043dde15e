using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Ipc.SharedMemory;

// The process-shared sem_t of the daemon's C library, in 64-bit processes. protocol-docs/semaphore.md.
//
// Invariants, in each dialect:
//  1. The count is exact: it is the number of committed chunks that were not taken (it breaks the tie between a full and an empty ring). Each take and each
//     post is one compare-and-swap that changes the count by one.
//  2. A post that happens after a waiter looked at the count finds either the waiter registered, and wakes it, or the futex word changed, so that the
//     waiter's sleep does not begin.
//  3. The words are always in a state that the daemon's own functions could have left behind: each of our steps is one of theirs.
// One taker a ring, as here: nobody else takes between a wait and a take.
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

    // The futex is the half that holds the value.
    private uint* Futex => (uint*)_word + (BitConverter.IsLittleEndian ? 0 : 1);

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
            Libc.Wake(Futex, 1);
        }
    }

    // Registers as a waiter, sleeps once for at most the given time unless the value is above zero already, and deregisters.
    // Does not take: the caller does. With one taker a ring (as here) nobody else can steal in between.
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
                Libc.Wait(Futex, 0, timeout);
            }
        }
        finally
        {
            Interlocked.Add(ref *_word, unchecked(0UL - Waiter));
        }
    }

    // Before a post to a ring that the daemon takes from, and never waits at: pretends that somebody waits there, so that the take shows its dialect.
    public void BeginProbe() => Musl.AddWaiter();

    // After the daemon has taken: learns the dialect and takes the pretence back.
    public void EndProbe() => _dialect.Kind = Musl.EndProbe();
}
