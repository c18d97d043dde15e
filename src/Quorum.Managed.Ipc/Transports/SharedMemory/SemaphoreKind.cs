namespace Quorum.Managed.Ipc.SharedMemory;

// How a semaphore's words are used.
internal enum SemaphoreKind
{
    // Not known yet.
    None = 0,

    // 64-bit glibc: the value and the number of waiters in one 64-bit word.
    Glibc = 1,

    // musl, either dialect. Both begin alike; a take by the daemon tells them apart.
    Musl = 2,

    // musl below 1.2.4: the value is -1 while there is a waiter.
    MuslNegative = 3,

    // musl from 1.2.4 on: bit 31 of the value is set while there is a waiter.
    MuslBit = 4,
}
