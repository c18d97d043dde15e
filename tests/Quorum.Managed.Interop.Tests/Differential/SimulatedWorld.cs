using System.Globalization;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.Testing;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>
/// Scenarios play on simulators. Each simulator has a network namespace of its own, and listens there at the address
/// where libquorum looks for corosync.
/// </summary>
internal sealed class SimulatedWorld : ScenarioWorld
{
    private readonly List<PrivateNetwork> _networks = [];
    private readonly List<QuorumSimulator> _simulators = [];
    private readonly SimulatedCluster _cluster;
    private readonly Dictionary<int, IDisposable> _paused = [];
    private readonly Dictionary<int, int> _generations = [];
    private readonly bool _hasDevice;

    private SimulatedWorld(CorosyncClusterOptions options)
    {
        _hasDevice = options.QuorumDevice;
        IsSocket = options.Ipc == ClusterIpc.Socket;
        _cluster = new SimulatedCluster(
            Enumerable.Range(1, options.Nodes).Select(static id => new SimulatedNode((uint)id)),
            options.Provider == ClusterProvider.None ? QuorumType.Free : QuorumType.Set);
    }

    public static async Task<SimulatedWorld> StartAsync(CorosyncClusterOptions options)
    {
        SimulatedWorld world = new(options);
        try
        {
            foreach (NodeId node in world._cluster.Nodes)
            {
                PrivateNetwork network = new();
                world._networks.Add(network);
                world._simulators.Add(QuorumSimulator.Start(new()
                {
                    Cluster = world._cluster,
                    Node = node.Value,
                    Transport = world.IsSocket ? IpcConnectionType.Socket : IpcConnectionType.SharedMemory,
                    Address = IpcAddress.Abstract(WireLimits.ServiceName),
                    Inside = network.Inside.Run,
                }));
            }

            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    public override bool IsSocket { get; }

    public override bool HasCmap => false;

    public override NetworkNamespace NetworkOf(char connection) =>
        _networks[NodeOf(connection, _networks.Count) - 1].Inside;

    public override int GenerationOf(char connection) =>
        _generations.GetValueOrDefault(NodeOf(connection, _networks.Count));

    public override Task ResetAsync()
    {
        _cluster.Heal();
        foreach (NodeId node in _cluster.Nodes)
        {
            Continue((int)node.Value);
            _cluster.Join(node.Value);
        }

        if (_hasDevice)
        {
            _cluster.SetQuorate(false);
        }

        return Task.CompletedTask;
    }

    public override Task<bool> TryDoAsync(Step step)
    {
        switch (step.Verb)
        {
            case "flip":
                // As on the real cluster, a vote has no effect while the node is down.
                if (_hasDevice && _cluster.View(1).IsUp)
                {
                    _cluster.SetQuorate(step.Arguments[0] == "1");
                }

                break;
            case "kill" or "stop-daemon":
                End(Number(step), kill: step.Verb == "kill");
                break;
            case "start":
                Start(Number(step));
                break;
            case "restart":
                End(Number(step), kill: true);
                Start(Number(step));
                break;
            case "pause":
                _paused[Number(step)] = _simulators[Number(step) - 1].Inject(SimulatorFault.Hang());
                break;
            case "continue":
                Continue(Number(step));
                break;
            case "partition":
                _cluster.Partition([.. step.Arguments.Select(Group)]);
                break;
            case "heal":
                _cluster.Heal();
                break;
            case "votes":
                _cluster.SetExpectedVotes(Number(step));
                break;
            default:
                return Task.FromResult(false);
        }

        return Task.FromResult(true);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (QuorumSimulator simulator in _simulators)
        {
            await simulator.DisposeAsync();
        }

        foreach (PrivateNetwork network in _networks)
        {
            network.Dispose();
        }
    }

    private static uint[] Group(string nodes) =>
        [.. nodes.Split(',').Select(static id => uint.Parse(id, CultureInfo.InvariantCulture))];

    private void End(int node, bool kill)
    {
        _generations[node] = _generations.GetValueOrDefault(node) + 1;
        if (kill)
        {
            _cluster.Kill((uint)node);
        }
        else
        {
            _cluster.Leave((uint)node);
        }

        Continue(node);
    }

    private void Start(int node)
    {
        if (_hasDevice)
        {
            _cluster.SetQuorate(false);
        }

        _cluster.Join((uint)node);
    }

    private void Continue(int node)
    {
        if (_paused.Remove(node, out IDisposable? hang))
        {
            hang.Dispose();
        }
    }
}
