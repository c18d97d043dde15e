using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>Two nodes with a real quorum device, at corosync's own timing, and one cut between them.</summary>
internal sealed class DeviceCluster : IAsyncDisposable
{
    private readonly LeaseCluster _lease;

    private DeviceCluster(LeaseCluster lease) => _lease = lease;

    public static async Task<DeviceCluster> StartAsync(ClusterTransport transport, TimeSpan? maxStaleness) =>
        new(await LeaseCluster.StartAsync(
            new CorosyncClusterOptions { Nodes = 2, Transport = transport, NetDevice = true },
            maxStaleness: maxStaleness));

    /// <summary>Cuts the nodes off from each other, with one more fault of a node, until both daemons know.</summary>
    public async Task<DeviceCut> CutAsync(DeviceFault fault, int node)
    {
        using CheckSampler one = new(_lease.EndpointOf(1));
        using CheckSampler two = new(_lease.EndpointOf(2));
        int[] losses = [_lease.LossesOf(1), _lease.LossesOf(2)];
        await FailAsync(fault, node);
        long cut = _lease.Tell(0, $"cut; {fault} {node}");
        await _lease.Cluster.PartitionAsync("1", "2");

        DeviceCutSide[] sides = [new(1), new(2)];
        while (sides.Any(side => !side.IsComplete))
        {
            LeaseNews news = await _lease.WaitAsync(news => news.Time > cut, "the sides of the cut");
            sides[news.Node - 1].Add(news);
        }

        foreach (DeviceCutSide side in sides)
        {
            await _lease.ExpectAsync(
                side.Node,
                said => said is { IsChanging: false } && said.RingId == side.Ring && said.IsQuorate == side.IsQuorate
                    && said.State != QuorumState.Unknown,
                "what its daemon says");
        }

        await Wait.UntilAsync(
            () => sides.All(side => !side.IsQuorate || _lease.YesOf(side.Node)[^1].Ring == side.Ring),
            "a sample of the yes",
            LeaseCluster.Bound);
        return new DeviceCut(cut, sides)
        {
            Yes = [.. sides.Select(side => _lease.YesOf(side.Node).Where(span => span.To >= cut).ToArray())],
            Checks = [one.Answers, two.Answers],
            Losses = [.. sides.Select(side => _lease.LossesOf(side.Node) - losses[side.Node - 1])],
        };
    }

    /// <summary>Ends the cut and the fault. Returns how often a node lost its yes by that.</summary>
    public async Task<int> HealAsync(DeviceFault fault, int node)
    {
        int losses = _lease.LossesOf(1) + _lease.LossesOf(2);
        await EndAsync(fault, node);
        await _lease.Cluster.HealAsync();
        await _lease.AgreeAsync();

        // The next cut starts with both nodes in touch with corosync-qnetd.
        await _lease.Cluster.SignalArbiterAsync("START");
        await _lease.AgreeAsync();
        return _lease.LossesOf(1) + _lease.LossesOf(2) - losses;
    }

    public string TakeTimeline() => _lease.TakeTimeline();

    public ValueTask DisposeAsync() => _lease.DisposeAsync();

    private Task FailAsync(DeviceFault fault, int node) => fault switch
    {
        DeviceFault.Isolated => _lease.Cluster.StrandAsync(node),
        DeviceFault.DeviceHung => _lease.Cluster.SignalDeviceAsync(node, "STOP"),
        DeviceFault.ArbiterKilled => _lease.Cluster.SignalArbiterAsync("KILL"),
        DeviceFault.ArbiterHung => _lease.Cluster.SignalArbiterAsync("STOP"),
        _ => Task.CompletedTask,
    };

    private Task EndAsync(DeviceFault fault, int node) => fault switch
    {
        DeviceFault.DeviceHung => _lease.Cluster.SignalDeviceAsync(node, "CONT"),
        DeviceFault.ArbiterHung => _lease.Cluster.SignalArbiterAsync("CONT"),
        _ => Task.CompletedTask,
    };
}
