using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

/// <summary>
/// A simulator for each node of a cluster, in one process, each at an address of its own. A test can see both sides of
/// a partition at the same time.
/// </summary>
/// <remarks>All members may be used from any thread.</remarks>
public sealed class SimulatorGroup : IAsyncDisposable
{
    private readonly SortedDictionary<uint, QuorumSimulator> _simulators = [];

    private SimulatorGroup(SimulatedCluster cluster) => Cluster = cluster;

    /// <summary>The cluster that all simulators of the group serve.</summary>
    public SimulatedCluster Cluster { get; }

    /// <summary>All simulators in the order of their nodes' numbers.</summary>
    public IReadOnlyCollection<QuorumSimulator> Simulators => _simulators.Values;

    /// <summary>The simulator of one node.</summary>
    /// <param name="node">The node's number.</param>
    /// <exception cref="KeyNotFoundException">The cluster has no such node.</exception>
    public QuorumSimulator this[uint node] => _simulators[node];

    /// <summary>Starts a cluster of nodes 1 to <paramref name="nodes"/>, with one vote each.</summary>
    /// <param name="nodes">1 to 384.</param>
    /// <param name="transport">
    /// How clients exchange messages with the simulators. Defaults to <see cref="IpcConnectionType.SharedMemory"/>.
    /// </param>
    /// <returns>The group. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">An argument has a wrong value.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    public static SimulatorGroup Start(int nodes, IpcConnectionType transport = IpcConnectionType.SharedMemory) =>
        Start(new SimulatedCluster(nodes), new QuorumSimulatorOptions { Transport = transport });

    /// <summary>Starts a simulator for each node of a cluster.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="options">
    /// What the simulators have in common. The group sets the cluster and the node. It appends <c>-NODE</c> to an
    /// address. Without an address each simulator gets a unique one.
    /// </param>
    /// <returns>The group. The caller disposes it.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">An option has a wrong value.</exception>
    /// <exception cref="IOException">An address is taken.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    public static SimulatorGroup Start(SimulatedCluster cluster, QuorumSimulatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(options);
        SimulatorGroup group = new(cluster);
        try
        {
            foreach (NodeId node in cluster.Nodes)
            {
                group._simulators.Add(node.Value, QuorumSimulator.Start(options with
                {
                    Cluster = cluster,
                    Node = node.Value,
                    Address = options.Address is { } address ? AddressOf(node, address) : null,
                }));
            }

            return group;
        }
        catch
        {
            // The disposal need not be awaited: no client knows the addresses.
            foreach (QuorumSimulator simulator in group.Simulators)
            {
                _ = simulator.DisposeAsync().AsTask();
            }

            throw;
        }
    }

    /// <summary>Disposes all simulators. May be called more than once.</summary>
    /// <returns>A task that completes when all simulators are disposed.</returns>
    public async ValueTask DisposeAsync()
    {
        foreach (QuorumSimulator simulator in _simulators.Values)
        {
            await simulator.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static IpcAddress AddressOf(NodeId node, IpcAddress address)
    {
        string value = $"{address.Value}-{node}";
        return address.IsPath ? IpcAddress.Path(value) : IpcAddress.Abstract(value);
    }
}
