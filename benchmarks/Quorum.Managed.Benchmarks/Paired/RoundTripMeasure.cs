using System.Diagnostics;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.Ipc;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Paired;

// getquorate back to back on one thread: the time of a call, and the processor time that it costs each end.
internal static class RoundTripMeasure
{
    private const double CallsOfCpu = 100_000;

    public static async Task RunAsync(PairedContext context, ClusterIpc transport)
    {
        bool socket = transport == ClusterIpc.Socket;
        string name = PairedContext.Name(transport);
        Plan plan = context.Plan;
        CorosyncNode node = await BenchCluster.GetAsync(transport);
        using NativeConnection native = node.Network.Run(NativeConnection.Connect);
        using QuorumConnection managed = node.Network.Run(static () => QuorumConnection.Connect());
        using QuorumConnection blocking =
            node.Network.Run(static () => QuorumConnection.Connect(new() { WaitStrategy = WaitStrategy.Blocking }));
        Series p50 = context.Add($"getquorate back to back, {name}, p50", "us", Goal.RatioAtMost(socket ? 0.5 : 0.1));
        Series p99 = context.Add($"getquorate back to back, {name}, p99", "us", Goal.None);
        Series client = context.Add($"client CPU per 100 k calls, {name}", "s", Goal.RatioAtMost(0.5));
        Series daemon = context.Add($"daemon CPU per 100 k calls, {name}", "s", Goal.RatioAtMost(1));
        Series asyncP50 = context.Add($"getquorate asynchronous (native: synchronous), {name}, p50", "us", Goal.None);
        Series blockingP50 = context.Add($"getquorate with WaitStrategy.Blocking, {name}, p50", "us", Goal.None);
        Series blockingClient =
            context.Add($"client CPU per 100 k calls with WaitStrategy.Blocking, {name}", "s", Goal.None);

        long[] ticks = new long[plan.Calls];
        _ = Calls(native, ticks.AsSpan(0, Math.Min(plan.WarmUp, plan.Calls)), node.Pid);
        for (int i = 0; i < plan.WarmUp; i++)
        {
            _ = managed.GetQuorate();
            _ = await managed.GetQuorateAsync();
            _ = blocking.GetQuorate();
        }

        for (int pair = 0; pair < plan.Pairs; pair++)
        {
            Figures n = Calls(native, ticks, node.Pid);
            Figures m = Calls(managed, ticks, node.Pid);
            double a = await CallsAsync(managed, ticks);
            Figures b = Calls(blocking, ticks, node.Pid);
            p50.Add(n.P50, m.P50);
            p99.Add(n.P99, m.P99);
            client.Add(n.Client, m.Client);
            daemon.Add(n.Daemon, m.Daemon);
            asyncP50.Add(n.P50, a);
            blockingP50.Add(n.P50, b.P50);
            blockingClient.Add(n.Client, b.Client);
        }
    }

    // The loop is written twice, because the call of a delegate would be measured too.
    public static Figures Calls(NativeConnection native, Span<long> ticks, int daemonPid)
    {
        (TimeSpan client, TimeSpan daemon) = Cpu(daemonPid);
        for (int i = 0; i < ticks.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            _ = native.GetQuorate();
            ticks[i] = Stopwatch.GetTimestamp() - start;
        }

        return Figures.From(ticks, client, daemon, Cpu(daemonPid));
    }

    public static Figures Calls(QuorumConnection managed, Span<long> ticks, int daemonPid)
    {
        (TimeSpan client, TimeSpan daemon) = Cpu(daemonPid);
        for (int i = 0; i < ticks.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            _ = managed.GetQuorate();
            ticks[i] = Stopwatch.GetTimestamp() - start;
        }

        return Figures.From(ticks, client, daemon, Cpu(daemonPid));
    }

    private static async Task<double> CallsAsync(QuorumConnection managed, long[] ticks)
    {
        for (int i = 0; i < ticks.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            _ = await managed.GetQuorateAsync();
            ticks[i] = Stopwatch.GetTimestamp() - start;
        }

        return Statistics.Percentile(ticks, 50);
    }

    private static (TimeSpan Client, TimeSpan Daemon) Cpu(int daemonPid) =>
        (Environment.CpuUsage.TotalTime, ProcessFigures.Cpu(daemonPid));

    internal readonly record struct Figures(double P50, double P99, double Client, double Daemon)
    {
        public static Figures From(
            Span<long> ticks, TimeSpan client, TimeSpan daemon, (TimeSpan Client, TimeSpan Daemon) after)
        {
            double scale = CallsOfCpu / ticks.Length;
            return new Figures(
                Statistics.Percentile(ticks, 50),
                Statistics.Percentile(ticks, 99),
                (after.Client - client).TotalSeconds * scale,
                (after.Daemon - daemon).TotalSeconds * scale);
        }
    }
}
