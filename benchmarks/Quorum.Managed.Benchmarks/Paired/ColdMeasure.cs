using System.Diagnostics;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Paired;

// One call every five milliseconds: both ends have gone to sleep in between.
internal static class ColdMeasure
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static async Task RunAsync(PairedContext context, ClusterIpc transport)
    {
        string name = PairedContext.Name(transport);
        CorosyncNode node = await BenchCluster.GetAsync(transport);
        using NativeConnection native = node.Network.Run(NativeConnection.Connect);
        using QuorumConnection managed = node.Network.Run(static () => QuorumConnection.Connect());
        Series p50 = context.Add($"cold call, {name}, p50", "us", Goal.RatioAtMost(1));
        Series p99 = context.Add($"cold call, {name}, p99", "us", Goal.RatioAtMost(1));
        long[] ticks = new long[context.Plan.ColdCalls];
        for (int i = 0; i < context.Plan.WarmUp; i++)
        {
            _ = native.GetQuorate();
            _ = managed.GetQuorate();
        }

        for (int pair = 0; pair < context.Plan.Pairs; pair++)
        {
            (double Median, double Tail) n = Calls(native.GetQuorate, ticks);
            (double Median, double Tail) m = Calls(managed.GetQuorate, ticks);
            p50.Add(n.Median, m.Median);
            p99.Add(n.Tail, m.Tail);
        }
    }

    private static (double P50, double P99) Calls(Func<bool> call, long[] ticks)
    {
        for (int i = 0; i < ticks.Length; i++)
        {
            Thread.Sleep(Pause);
            long start = Stopwatch.GetTimestamp();
            _ = call();
            ticks[i] = Stopwatch.GetTimestamp() - start;
        }

        return (Statistics.Percentile(ticks, 50), Statistics.Percentile(ticks, 99));
    }
}
