using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Paired;

// The exact number of managed bytes per operation. A native call allocates none on the way into the library.
internal static class AllocationMeasure
{
    public static async Task RunAsync(PairedContext context)
    {
        Plan plan = context.Plan;
        CorosyncNode node = await BenchCluster.GetAsync(device: true);
        using NativeConnection native = node.Network.Run(NativeConnection.Connect);
        using ManagedConnection managed = node.Network.Run(ManagedConnection.Connect);
        using Flips flips = new(node);
        Series ask = context.Add("allocated per GetQuorate", "B", Goal.ManagedAtMost(0, "0 B"));
        Series askAsync = context.Add(
            "allocated per GetQuorateAsync, by all threads", "B", Goal.ManagedAtMost(0, "0 B"));
        Series dispatch = context.Add(
            "allocated per event dispatched to a callback", "B", Goal.ManagedAtMost(0, "0 B"));
        for (int i = 0; i < plan.WarmUp; i++)
        {
            _ = native.GetQuorate();
            _ = managed.Connection.GetQuorate();
            _ = await managed.Connection.GetQuorateAsync();
        }

        // The first round is warm-up, too.
        for (int pair = -1; pair < plan.Pairs; pair++)
        {
            double n = PerCall(native.GetQuorate, plan.Calls);
            double m = PerCall(managed.Connection.GetQuorate, plan.Calls);
            double a = await PerAsyncCallAsync(managed.Connection, plan.Calls);
            (double Native, double Managed) d = PerEvent(native, managed, flips, plan.Events);
            if (pair >= 0)
            {
                ask.Add(n, m);
                askAsync.Add(n, a);
                dispatch.Add(d.Native, d.Managed);
            }
        }
    }

    private static double PerCall(Func<bool> call, int calls)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < calls; i++)
        {
            _ = call();
        }

        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / calls;
    }

    private static async Task<double> PerAsyncCallAsync(QuorumConnection connection, int calls)
    {
        // The first await that suspends allocates the state machine of this method. The measurement starts after it.
        await Task.Yield();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < calls; i++)
        {
            _ = await connection.GetQuorateAsync();
        }

        return (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / calls;
    }

    private static (double Native, double Managed) PerEvent(
        NativeConnection native, ManagedConnection managed, Flips flips, int events)
    {
        native.TrackStart((uint)TrackFlags.ChangesOnly);
        managed.Connection.TrackStart(TrackFlags.ChangesOnly);
        flips.Flip(events);

        Thread.Sleep(EventDrainMeasure.UnderWay);
        long before = GC.GetAllocatedBytesForCurrentThread();
        EventDrainMeasure.Drain(native, events);
        long between = GC.GetAllocatedBytesForCurrentThread();
        EventDrainMeasure.Drain(managed, events);
        long after = GC.GetAllocatedBytesForCurrentThread();
        native.TrackStop();
        managed.Connection.TrackStop();
        return ((double)(between - before) / events, (double)(after - between) / events);
    }
}
