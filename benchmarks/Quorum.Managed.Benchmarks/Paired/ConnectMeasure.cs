using System.Diagnostics;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Paired;

// Connections one after the other. They are few, because the daemon gets slower with every connection it has served.
internal static class ConnectMeasure
{
    public static async Task RunAsync(PairedContext context, ClusterIpc transport)
    {
        string name = PairedContext.Name(transport);
        CorosyncNode node = await BenchCluster.GetAsync(transport);
        Series connect = context.Add(
            $"connect and initialize, {name}, p50",
            "us",
            transport == ClusterIpc.Socket ? Goal.None : Goal.RatioAtMost(0.25));
        Series whole = context.Add($"connect, ask once, close, {name}, p50", "us", Goal.None);
        // All connections on one thread, which enters the network namespace once.
        node.Network.Run(() =>
        {
            long[] connected = new long[context.Plan.Connects];
            long[] closed = new long[context.Plan.Connects];
            Native(connected.AsSpan(0, 1), closed);
            Managed(connected, closed);
            for (int pair = 0; pair < context.Plan.Pairs; pair++)
            {
                Native(connected, closed);
                double nativeConnect = Statistics.Percentile(connected, 50);
                double nativeWhole = Statistics.Percentile(closed, 50);
                Managed(connected, closed);
                connect.Add(nativeConnect, Statistics.Percentile(connected, 50));
                whole.Add(nativeWhole, Statistics.Percentile(closed, 50));
            }
        });
    }

    private static void Native(Span<long> connected, Span<long> closed)
    {
        for (int i = 0; i < connected.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            NativeConnection connection = NativeConnection.Connect();
            connected[i] = Stopwatch.GetTimestamp() - start;
            _ = connection.GetQuorate();
            connection.Dispose();
            closed[i] = Stopwatch.GetTimestamp() - start;
        }
    }

    private static void Managed(Span<long> connected, Span<long> closed)
    {
        for (int i = 0; i < connected.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            QuorumConnection connection = QuorumConnection.Connect();
            connected[i] = Stopwatch.GetTimestamp() - start;
            _ = connection.GetQuorate();
            connection.Dispose();
            closed[i] = Stopwatch.GetTimestamp() - start;
        }
    }
}
