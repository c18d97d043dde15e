using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

/// <summary>
/// One simulator for each node of one cluster, in one process, each at an address of its own: both sides of a partition, seen at the same time.
/// </summary>
/// <remarks>All members may be used from any thread.</remarks>
public sealed class SimulatorGroup : IAsyncDisposable
{
    private readonly SortedDictionary<uint, QuorumSimulator> _simulators = [];

    private SimulatorGroup(SimulatedCluster cluster) => Cluster = cluster;

    /// <summary>The cluster that all of them serve.</summary>
    public SimulatedCluster Cluster { get; }

    /// <summary>All simulators, by node number.</summary>
    public IReadOnlyCollection<QuorumSimulator> Simulators => _simulators.Values;

    /// <summary>The simulator of one node.</summary>
    /// <param name="node">The node's number.</param>
    /// <exception cref="KeyNotFoundException">There is no such node.</exception>
    public QuorumSimulator this[uint node] => _simulators[node];

    /// <summary>Starts nodes 1 to <paramref name="nodes"/>, with one vote each.</summary>
    /// <param name="nodes">1 to 384.</param>
    /// <param name="transport">How they talk to their clients.</param>
    /// <returns>The group; dispose it.</returns>
    public static SimulatorGroup Start(int nodes, IpcConnectionType transport = IpcConnectionType.SharedMemory) =>
        Start(new SimulatedCluster(nodes), new QuorumSimulatorOptions { Transport = transport });

    /// <summary>Starts all nodes of a cluster.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="options">What they have in common; cluster, node and address are set here. An abstract or path address is extended by <c>-NODE</c>.</param>
    /// <returns>The group; dispose it.</returns>
    /// <exception cref="IOException">An address is taken.</exception>
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
                    Address = options.Address is { } address ? Extend(address, node) : null,
                }));
            }

            return group;
        }
        catch
        {
            // Nothing of theirs has to be awaited: nobody knew their addresses.
            foreach (QuorumSimulator simulator in group.Simulators)
            {
                _ = simulator.DisposeAsync().AsTask();
            }

            throw;
        }
    }

    /// <summary>Disposes all simulators.</summary>
    /// <returns>Completes when all is gone.</returns>
    public async ValueTask DisposeAsync()
    {
        foreach (QuorumSimulator simulator in _simulators.Values)
        {
            await simulator.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static IpcAddress Extend(IpcAddress address, NodeId node) =>
        address.IsPath ? IpcAddress.Path($"{address.Value}-{node}") : IpcAddress.Abstract($"{address.Value}-{node}");
}
