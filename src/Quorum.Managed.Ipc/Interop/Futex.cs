namespace Quorum.Managed.Ipc.Interop;

// futex(2) between processes. A private futex would not do: the daemon sleeps and wakes at the same words.
internal static unsafe class Futex
{
    private const int WaitOperation = 0;
    private const int WakeOperation = 1;

    // Sleeps while *address is expected. Returns after a wake-up, an interruption or the timeout, and does not tell
    // which: the caller looks at the word again.
    public static void Wait(uint* address, uint expected, TimeSpan timeout)
    {
        Timespec time = Timespec.From(timeout);
        _ = Syscall.InvokeWithoutError(
            SyscallNumbers.Current!.Futex, (nint)address, WaitOperation, (nint)expected, (nint)(&time));
    }

    // Wakes up to count sleepers.
    public static void Wake(uint* address, int count) =>
        _ = Syscall.InvokeWithoutError(SyscallNumbers.Current!.Futex, (nint)address, WakeOperation, count);

    // Makes the runtime bind the import that a doorbell is sent with. The first call of an import can fail or take
    // milliseconds, and neither may happen between a chunk's commit and its doorbell.
    public static void Prepare()
    {
        uint unused = 0;
        Wake(&unused, 1);
    }
}
