using System.Diagnostics;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Paired;

// getinfo of votequorum, get of cmap, and the list of 500 keys, back to back on one thread. Native get asks for a
// number with room for it, as ours does.
internal static class ServicesMeasure
{
    private const string Key = "runtime.config.totem.token";
    private const string Prefix = "bench.";
    private const int Keys = 500;

    // A list takes hundreds of calls.
    private const int CallsOfOneList = 100;

    public static async Task RunAsync(PairedContext context, ClusterIpc transport)
    {
        string name = PairedContext.Name(transport);
        Plan plan = context.Plan;
        CorosyncNode node = await BenchCluster.GetAsync(transport);
        using NativeServices native = node.Network.Run(static () => new NativeServices());
        using VoteQuorumConnection votes = node.Network.Run(static () => VoteQuorumConnection.Connect());
        using CmapConnection cmap = node.Network.Run(static () => CmapConnection.Connect());
        native.SetKeys(Prefix, Keys);
        // Over sockets the daemon's own system calls are most of a call.
        Goal single = transport == ClusterIpc.SharedMemory ? Goal.RatioAtMost(0.3) : Goal.RatioAtMost(0.5);
        Series info = context.Add($"getinfo back to back, {name}, p50", "us", single);
        Series get = context.Add($"cmap get back to back, {name}, p50", "us", single);
        Series list = context.Add($"list of {Keys} keys, {name}, p50", "us", Goal.RatioAtMost(0.5));
        Series bytes = context.Add(
            $"allocated per getinfo and cmap get, {name}", "B", Goal.ManagedAtMost(0, "0 B"));
        Action[] calls =
        [
            () => native.GetInfo(), () => _ = votes.GetInfo(),
            () => native.Get("runtime.config.totem.token\0"u8), () => _ = cmap.GetUInt64(Key),
            () => _ = native.Count("bench.\0"u8), () => _ = cmap.ListKeys(Prefix).Count(),
        ];
        foreach (Action call in calls)
        {
            Repeat(call, plan.WarmUp / CallsOfOneList);
        }

        Repeat(calls[1], plan.WarmUp);
        Repeat(calls[3], plan.WarmUp);
        for (int pair = 0; pair < plan.Pairs; pair++)
        {
            int lists = Math.Max(1, plan.Calls / CallsOfOneList);
            info.Add(P50(calls[0], plan.Calls), P50(calls[1], plan.Calls));
            get.Add(P50(calls[2], plan.Calls), P50(calls[3], plan.Calls));
            list.Add(P50(calls[4], lists), P50(calls[5], lists));
            long before = GC.GetAllocatedBytesForCurrentThread();
            Repeat(calls[1], plan.Calls);
            Repeat(calls[3], plan.Calls);
            bytes.Add(0, (GC.GetAllocatedBytesForCurrentThread() - before) / (2.0 * plan.Calls));
        }

        native.DeleteKeys(Prefix, Keys);
    }

    private static void Repeat(Action call, int times)
    {
        for (int i = 0; i < times; i++)
        {
            call();
        }
    }

    // The call of the delegate is measured on both sides.
    private static double P50(Action call, int times)
    {
        long[] ticks = new long[times];
        for (int i = 0; i < times; i++)
        {
            long start = Stopwatch.GetTimestamp();
            call();
            ticks[i] = Stopwatch.GetTimestamp() - start;
        }

        return Statistics.Percentile(ticks, 50);
    }
}
