using System.Runtime.InteropServices;

namespace Quorum.Managed.Ipc.Interop;

// CLOCK_BOOTTIME: counts the time for which the machine was suspended, and does not move with the wall clock.
internal static class BootClock
{
    private const int BootTime = 7;

    // The number of clock_gettime; zero on a machine that has no row here.
    private static nint Number => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 228,
        Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64 => 113,
        Architecture.S390x => 260,
        Architecture.Ppc64le => 246,
        _ => 0,
    };

    // Nanoseconds. Null where the clock cannot be read.
    public static unsafe long? Read()
    {
        if (Number == 0)
        {
            return null;
        }

        long* time = stackalloc long[2];
        return Syscall.InvokeWithoutError(Number, BootTime, (nint)time) == 0
            ? (time[0] * 1_000_000_000) + time[1]
            : null;
    }
}
