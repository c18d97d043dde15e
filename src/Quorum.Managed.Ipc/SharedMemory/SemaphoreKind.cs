namespace Quorum.Managed.Ipc.SharedMemory;

// How a semaphore's words are used.
internal enum SemaphoreKind
{
    // Not known yet.
    None = 0,

    // 64-bit glibc: value and waiters in one 64-bit word.
    Glibc = 1,

    // musl, not known which: they begin alike, and only a take by the daemon tells them apart.
    Musl = 2,

    // musl below 1.2.4: the value is -1 while somebody waits.
    MuslNegative = 3,

    // musl from 1.2.4 on: bit 31 of the value is set while somebody waits.
    MuslBit = 4,
}
