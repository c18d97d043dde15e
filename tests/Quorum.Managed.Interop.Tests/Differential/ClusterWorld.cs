using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>Scenarios play on a real cluster.</summary>
internal sealed class ClusterWorld : ScenarioWorld
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<int, NativeQuorumHandle> _witnesses = [];
    private readonly Dictionary<int, int> _generations = [];
    private readonly HashSet<int> _down = [];
    [SuppressMessage("Usage", "CA2213", Justification = "Detach disposes it, node by node.")]
    private QuorumFlipper? _flipper;
    private bool _quorate;
    private bool _harmed;

    private ClusterWorld(CorosyncCluster cluster) => Cluster = cluster;

    public override bool IsSocket => Cluster.Options.Ipc == ClusterIpc.Socket;

    public override bool HasCmap => true;

    private CorosyncCluster Cluster { get; }

    private bool HasDevice => Cluster.Options.QuorumDevice;

    public static async Task<ClusterWorld> StartAsync(CorosyncClusterOptions options)
    {
        ClusterWorld world = new(await CorosyncCluster.StartAsync(options));
        foreach (CorosyncNode node in world.Cluster.Nodes)
        {
            world.Attach(node.Id);
        }

        return world;
    }

    public override NetworkNamespace NetworkOf(char connection) =>
        Cluster.Node(NodeOf(connection, Cluster.Nodes.Count)).Network;

    public override int GenerationOf(char connection) =>
        _generations.GetValueOrDefault(NodeOf(connection, Cluster.Nodes.Count));

    public override async Task ResetAsync()
    {
        if (_harmed)
        {
            await Cluster.HealAsync();
            foreach (CorosyncNode node in Cluster.Nodes)
            {
                await Cluster.ContinueAsync(node.Id).ContinueWith(static _ => { }, TaskScheduler.Default);
                if (_down.Contains(node.Id))
                {
                    await StartAsync(node.Id);
                }
            }

            await SettleAsync(Cluster.Nodes.Select(node => node.Id));
            _harmed = false;
        }

        if (HasDevice)
        {
            Flip(false);
        }
    }

    public override async Task<bool> TryDoAsync(Step step)
    {
        switch (step.Verb)
        {
            case "flip":
                if (HasDevice && _down.Count == 0)
                {
                    Flip(step.Arguments[0] == "1");
                }

                return true;
            case "kill" or "stop-daemon":
                await EndAsync(Number(step), kill: step.Verb == "kill");
                return true;
            case "start":
                await StartAsync(Number(step));
                await SettleAsync(Cluster.Nodes.Select(node => node.Id).Except(_down));
                return true;
            case "restart":
                await EndAsync(Number(step), kill: true);
                await StartAsync(Number(step));
                await SettleAsync(Cluster.Nodes.Select(node => node.Id).Except(_down));
                return true;
            case "pause":
                _harmed = true;
                await Cluster.PauseAsync(Number(step));
                return true;
            case "continue":
                await Cluster.ContinueAsync(Number(step));
                return true;
            case "partition":
                _harmed = true;
                await Cluster.PartitionAsync([.. step.Arguments.Select(group => group.Replace(',', ' '))]);
                foreach (string group in step.Arguments)
                {
                    IEnumerable<int> nodes =
                        group.Split(',').Select(static id => int.Parse(id, CultureInfo.InvariantCulture));
                    await SettleAsync(nodes);
                }

                return true;
            case "heal":
                await Cluster.HealAsync();
                await SettleAsync(Cluster.Nodes.Select(node => node.Id).Except(_down));
                return true;
            case "votes":
                await Cluster.Node(1).RunAsync("corosync-quorumtool", "-e", step.Arguments[0]);
                foreach (NativeQuorumHandle witness in _witnesses.Values)
                {
                    witness.GetQuorate();
                }

                return true;
            default:
                return false;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (CorosyncNode node in Cluster.Nodes)
        {
            Detach(node.Id);
        }

        await Cluster.DisposeAsync();
    }

    private void Flip(bool quorate)
    {
        NativeQuorumHandle witness = _witnesses[1];
        witness.Dispatch();
        int before = witness.Events.Count;
        _flipper!.Flip(quorate);
        if (quorate != _quorate)
        {
            witness.WaitForEvent(before + 1, Patience);
            _quorate = quorate;
        }

        // The daemon answers after it has told all clients.
        witness.GetQuorate();
    }

    private async Task EndAsync(int node, bool kill)
    {
        _harmed = true;
        _down.Add(node);
        _generations[node] = _generations.GetValueOrDefault(node) + 1;
        await (kill ? Cluster.KillAsync(node) : Cluster.StopAsync(node));
        // Only now: a paused daemon would not answer when the flipper withdraws.
        Detach(node);
        if (Cluster.Nodes.Count > 1)
        {
            await SettleAsync(Cluster.Nodes.Select(n => n.Id).Except(_down));
        }
    }

    private async Task StartAsync(int node)
    {
        await Cluster.StartNodeAsync(node);
        _down.Remove(node);
        Attach(node);
    }

    private void Attach(int node)
    {
        if (HasDevice)
        {
            _flipper = QuorumFlipper.ConnectTo(Cluster.Node(node));
            _flipper.Flip(false);
            _quorate = false;
        }

        _witnesses[node] = NativeQuorumHandle.ConnectTo(Cluster.Node(node));
        _witnesses[node].TrackStart();
        _witnesses[node].Dispatch();
    }

    private void Detach(int node)
    {
        if (_witnesses.Remove(node, out NativeQuorumHandle? witness))
        {
            witness.Dispose();
        }

        _flipper?.Dispose();
        _flipper = null;
    }

    // Waits until these nodes see exactly each other and have told their clients.
    private async Task SettleAsync(IEnumerable<int> nodes)
    {
        int[] ids = [.. nodes];
        if (Cluster.Nodes.Count > 1)
        {
            await Cluster.WaitMembersAsync(ids, quorate: ids.Length * 2 > Cluster.Nodes.Count);
            foreach (int id in ids)
            {
                NativeQuorumHandle witness = _witnesses[id];
                string last = $"Q {(ids.Length * 2 > Cluster.Nodes.Count ? 1 : 0)} [{string.Join(' ', ids)}]";
                witness.Dispatch();
                while (witness.Events[^1].Story != last)
                {
                    Assert.That(witness.Poll(Patience), $"node {id} told no \"{last}\" within {Patience}");
                    witness.Dispatch();
                }
            }
        }

        foreach (int id in ids)
        {
            _witnesses[id].GetQuorate();
        }
    }
}
