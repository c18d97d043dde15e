using System.Diagnostics;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Paired;

// Events that have piled up are dispatched to callbacks. Both connections get the same events, and are drained one
// after the other.
internal static class EventDrainMeasure
{
    // The time until the events of the last flips have arrived. Tracking must stay on that long, because the daemon
    // sends no event after it ends.
    public static readonly TimeSpan UnderWay = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(PairedContext context)
    {
        Plan plan = context.Plan;
        CorosyncNode node = await BenchCluster.GetAsync(device: true);
        using NativeConnection native = node.Network.Run(NativeConnection.Connect);
        using ManagedConnection managed = node.Network.Run(ManagedConnection.Connect);
        using Flips flips = new(node);
        Series fitting = context.Add("event drain, all in the ring", "events/s", Goal.RatioAtLeast(1));
        DrainBoth(fitting, plan.Pairs, plan.Events);
        // Our smaller ring has no room for all of these. The daemon keeps the rest, and sends it when there is room
        // again.
        Series exceeding = context.Add("event drain, five times our ring", "events/s", Goal.None);
        DrainBoth(exceeding, Math.Min(plan.Pairs, 5), plan.ManyEvents);

        void DrainBoth(Series series, int pairs, int events)
        {
            // The first round is warm-up.
            for (int pair = -1; pair < pairs; pair++)
            {
                native.TrackStart((uint)TrackFlags.ChangesOnly);
                managed.Connection.TrackStart(TrackFlags.ChangesOnly);
                flips.Flip(events);
                Thread.Sleep(UnderWay);

                double n = events / Drain(native, events).TotalSeconds;
                double m = events / Drain(managed, events).TotalSeconds;
                native.TrackStop();
                managed.Connection.TrackStop();
                if (pair >= 0)
                {
                    series.Add(n, m);
                }
            }
        }
    }

    public static TimeSpan Drain(NativeConnection native, int events)
    {
        long start = Stopwatch.GetTimestamp();
        for (long target = NativeConnection.Events + events; NativeConnection.Events < target;)
        {
            if (!native.Dispatch(NativeConnection.DispatchAll))
            {
                ThrowIfLate(start);
            }
        }

        return Stopwatch.GetElapsedTime(start);
    }

    public static TimeSpan Drain(ManagedConnection managed, int events)
    {
        long start = Stopwatch.GetTimestamp();
        for (int left = events; left > 0;)
        {
            int handled = managed.Connection.Dispatch(DispatchFlags.All);
            left -= handled;
            if (handled == 0)
            {
                ThrowIfLate(start);
            }
        }

        return Stopwatch.GetElapsedTime(start);
    }

    private static void ThrowIfLate(long start)
    {
        if (Stopwatch.GetElapsedTime(start) > Bound)
        {
            throw new TimeoutException("Not all events came.");
        }
    }
}
