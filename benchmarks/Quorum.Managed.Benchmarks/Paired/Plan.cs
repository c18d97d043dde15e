namespace Quorum.Managed.Benchmarks.Paired;

// How much is done. Pairs: native and managed runs that alternate; the other counts are per run.
internal sealed record Plan(
    string Name,
    int Pairs,
    int WarmUp,
    int Calls,
    int ColdCalls,
    TimeSpan ThreadTime,
    IReadOnlyList<int> Threads,
    int Connects,
    int MemoryPairs,
    int Connections,
    int Events,
    int ManyEvents,
    int PacedEvents,
    int Starts)
{
    public static Plan Full { get; } = new("full", 15, 3000, 20_000, 300, TimeSpan.FromMilliseconds(500), [1, 2, 4, 8, 16], 12, 5, 10, 900, 5000, 300, 25);

    public static Plan Quick { get; } = new("quick", 5, 2000, 6000, 100, TimeSpan.FromMilliseconds(150), [1, 2, 4, 8, 16], 10, 2, 10, 900, 5000, 60, 10);

    // Each once, with figures that mean nothing.
    public static Plan Dry { get; } = new("dry", 1, 20, 50, 3, TimeSpan.FromMilliseconds(10), [1, 2], 2, 1, 2, 20, 40, 3, 1);
}
