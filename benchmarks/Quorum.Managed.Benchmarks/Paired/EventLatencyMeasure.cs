using System.Diagnostics;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Paired;

// The time from the call that changes quorum to the callback, on a thread that waits in dispatch. The events come one
// at a time, a few milliseconds apart.
internal static class EventLatencyMeasure
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(PairedContext context)
    {
        Plan plan = context.Plan;
        CorosyncNode node = await BenchCluster.GetAsync(device: true);
        using NativeConnection native = node.Network.Run(NativeConnection.Connect);
        using ManagedConnection managed = node.Network.Run(ManagedConnection.Connect);
        using Flips flips = new(node);
        Series p50 = context.Add("event latency, paced, p50", "us", Goal.RatioAtMost(1));
        Series p99 = context.Add("event latency, paced, p99", "us", Goal.None);
        long[] ticks = new long[plan.PacedEvents];
        // The first round is warm-up.
        for (int pair = -1; pair < plan.Pairs; pair++)
        {
            native.TrackStart((uint)TrackFlags.ChangesOnly);
            Paced(
                flips,
                ticks,
                static () => NativeConnection.Events,
                static () => NativeConnection.LastEvent,
                () => _ = native.Dispatch(NativeConnection.DispatchOne));
            native.TrackStop();
            (double Median, double Tail) n = (Statistics.Percentile(ticks, 50), Statistics.Percentile(ticks, 99));
            managed.Connection.TrackStart(TrackFlags.ChangesOnly);
            Paced(
                flips,
                ticks,
                () => managed.Events,
                () => managed.LastEvent,
                () => _ = managed.Connection.Dispatch(DispatchFlags.One));
            managed.Connection.TrackStop();
            if (pair >= 0)
            {
                p50.Add(n.Median, Statistics.Percentile(ticks, 50));
                p99.Add(n.Tail, Statistics.Percentile(ticks, 99));
            }
        }
    }

    private static void Paced(
        Flips flips, long[] ticks, Func<long> events, Func<long> lastEvent, Action dispatchOne)
    {
        // The thread dispatches one event for each flip, and ends with the last one.
        Thread thread = new(() =>
        {
            try
            {
                for (int i = 0; i < ticks.Length; i++)
                {
                    dispatchOne();
                }
            }
            catch (Exception e) when (e is QuorumException or ObjectDisposedException)
            {
                // The loop below reports the missing event.
            }
        })
        { IsBackground = true };
        thread.Start();
        for (int i = 0; i < ticks.Length; i++)
        {
            long seen = events();
            long start = Stopwatch.GetTimestamp();
            flips.Flip();
            do
            {
                // This thread sleeps, so that the daemon and the thread that dispatches have both processors.
                Thread.Sleep(Pause);
                if (Stopwatch.GetElapsedTime(start) > Bound)
                {
                    throw new TimeoutException("The event did not come.");
                }
            }
            while (events() == seen);

            ticks[i] = lastEvent() - start;
        }

        if (!thread.Join(Bound))
        {
            throw new TimeoutException("The thread that dispatches has not ended.");
        }
    }
}
