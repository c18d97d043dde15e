namespace Quorum.Managed.Benchmarks.Paired;

// The size of a run. Pairs counts the native and managed runs that alternate; the other counts are per run.
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
    public static Plan Full { get; } = new(
        "full",
        Pairs: 15,
        WarmUp: 3000,
        Calls: 20_000,
        ColdCalls: 300,
        ThreadTime: TimeSpan.FromMilliseconds(500),
        Threads: [1, 2, 4, 8, 16],
        Connects: 12,
        MemoryPairs: 5,
        Connections: 10,
        Events: 900,
        ManyEvents: 5000,
        PacedEvents: 300,
        Starts: 25);

    public static Plan Quick { get; } = Full with
    {
        Name = "quick",
        Pairs = 5,
        WarmUp = 2000,
        Calls = 6000,
        ColdCalls = 100,
        ThreadTime = TimeSpan.FromMilliseconds(150),
        Connects = 10,
        MemoryPairs = 2,
        PacedEvents = 60,
        Starts = 10,
    };

    // Every measure once. The figures mean nothing.
    public static Plan Dry { get; } = new(
        "dry",
        Pairs: 1,
        WarmUp: 20,
        Calls: 50,
        ColdCalls: 3,
        ThreadTime: TimeSpan.FromMilliseconds(10),
        Threads: [1, 2],
        Connects: 2,
        MemoryPairs: 1,
        Connections: 2,
        Events: 20,
        ManyEvents: 40,
        PacedEvents: 3,
        Starts: 1);
}
