using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Paired;

// Native and managed alternate run by run, so that a disturbance of the machine disturbs both.
internal static class PairedCommand
{
    private static readonly (string Name, Func<PairedContext, Task> Run)[] Measures =
    [
        ("round-trip-shared-memory", context => RoundTripMeasure.RunAsync(context, ClusterIpc.SharedMemory)),
        ("round-trip-socket", context => RoundTripMeasure.RunAsync(context, ClusterIpc.Socket)),
        ("pinned-shared-memory", context => PinnedMeasure.RunAsync(context, ClusterIpc.SharedMemory)),
        ("pinned-socket", context => PinnedMeasure.RunAsync(context, ClusterIpc.Socket)),
        ("cold-shared-memory", context => ColdMeasure.RunAsync(context, ClusterIpc.SharedMemory)),
        ("cold-socket", context => ColdMeasure.RunAsync(context, ClusterIpc.Socket)),
        ("threads", ThreadsMeasure.RunAsync),
        ("connect-shared-memory", context => ConnectMeasure.RunAsync(context, ClusterIpc.SharedMemory)),
        ("connect-socket", context => ConnectMeasure.RunAsync(context, ClusterIpc.Socket)),
        ("memory", MemoryMeasure.RunAsync),
        ("services-shared-memory", context => ServicesMeasure.RunAsync(context, ClusterIpc.SharedMemory)),
        ("services-socket", context => ServicesMeasure.RunAsync(context, ClusterIpc.Socket)),
        ("allocations", AllocationMeasure.RunAsync),
        ("event-drain", EventDrainMeasure.RunAsync),
        ("event-latency", EventLatencyMeasure.RunAsync),
        ("start-up", StartUpMeasure.RunAsync),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        Plan plan = Plan.Full;
        string? folder = null;
        string? only = null;
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--quick":
                    plan = Plan.Quick;
                    break;
                case "--dry":
                    plan = Plan.Dry;
                    break;
                case "--out" when i + 1 < args.Length:
                    folder = args[++i];
                    break;
                case "--only" when i + 1 < args.Length:
                    only = args[++i];
                    break;
                default:
                    await Console.Error.WriteLineAsync($"paired: not understood: {args[i]}");
                    return 64;
            }
        }

        if (BenchCluster.WhyNot is { } reason)
        {
            Progress.Say($"skipped: native and managed cannot be compared here: {reason}");
            return 0;
        }

        // A run of some measures must not replace the results of all.
        folder ??= only is null
            ? Path.Combine(Repository.Root, "benchmarks")
            : Path.Combine(Repository.Root, "artifacts", "benchmarks");
        BenchCluster.IsShared = plan == Plan.Dry;
        PairedContext context = new(plan);
        Machine machine = Machine.Read();
        int failed = await RunAsync(context, only);
        await BenchCluster.DisposeAllAsync();
        Report.Write(context, machine, folder, string.Join(' ', ["paired", .. args]));
        Progress.Say($"written: {Path.Combine(folder, Report.FileName)}");
        return failed == 0 ? 0 : 1;
    }

    private static async Task<int> RunAsync(PairedContext context, string? only)
    {
        int failed = 0;
        foreach ((string name, Func<PairedContext, Task> run) in Measures)
        {
            if (only is not null && !name.Contains(only, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            context.Measure = name;
            if (name.EndsWith("socket", StringComparison.Ordinal)
                && !BenchCluster.Transports.Contains(ClusterIpc.Socket))
            {
                context.Skip("this build has no socket transport");
                continue;
            }

            Progress.Say(name);
            try
            {
                await run(context);
            }
            catch (Exception e)
            {
                // The other measures still run. The exit code reports the failure.
                failed++;
                context.Skip($"failed: {e.Message}");
                Progress.Say($"{name} failed: {e}");
            }
        }

        return failed;
    }
}
