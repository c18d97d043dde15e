using System.Diagnostics;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Paired;

// One call every five milliseconds, so that both ends fall asleep in between. Native and managed take turns call by
// call: the p99 rests on a few calls that something else on the machine delayed, and such delays come in bursts.
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
        long[] nativeTicks = new long[context.Plan.ColdCalls];
        long[] managedTicks = new long[context.Plan.ColdCalls];
        for (int i = 0; i < context.Plan.WarmUp; i++)
        {
            _ = native.GetQuorate();
            _ = managed.GetQuorate();
        }

        for (int pair = 0; pair < context.Plan.Pairs; pair++)
        {
            for (int i = 0; i < context.Plan.ColdCalls; i++)
            {
                nativeTicks[i] = Call(native.GetQuorate);
                managedTicks[i] = Call(managed.GetQuorate);
            }

            p50.Add(Statistics.Percentile(nativeTicks, 50), Statistics.Percentile(managedTicks, 50));
            p99.Add(Statistics.Percentile(nativeTicks, 99), Statistics.Percentile(managedTicks, 99));
        }
    }

    private static long Call(Func<bool> call)
    {
        Thread.Sleep(Pause);
        long start = Stopwatch.GetTimestamp();
        _ = call();
        return Stopwatch.GetTimestamp() - start;
    }
}
