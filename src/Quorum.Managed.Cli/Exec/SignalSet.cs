namespace Quorum.Managed.Cli;

// Sets of signals as the kernel has them: bit n - 1 is signal n.
internal static class SignalSet
{
    public const int Last = 64;

    private static readonly int[] NeverHeld =
    [
        4, 5, 6, 7, 8, 11, 31, // SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS: the runtime's own faults
        (int)SignalNumber.Kill,
        (int)SignalNumber.Stop,
        32, 33, 34, 35, // used by the C library and the runtime; glibc and musl differ by one
    ];

    // The signals that exec and its guard take from a descriptor and nowhere else.
    public static ulong Held { get; } = Of([.. Enumerable.Range(1, Last).Except(NeverHeld)]);

    public static ulong Of(params int[] signals) =>
        signals.Aggregate(0UL, static (set, signal) => set | (1UL << (signal - 1)));

    public static bool Has(this ulong set, int signal) => (set & Of(signal)) != 0;
}
