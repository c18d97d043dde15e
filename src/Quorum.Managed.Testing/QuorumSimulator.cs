using System.Globalization;
using Quorum.Managed.Ipc;
using Quorum.Managed.Testing.Server;

namespace Quorum.Managed.Testing;

/// <summary>
/// A corosync quorum service in this process: real clients, native libquorum among them, connect to it over the real wire and see one node of a
/// <see cref="SimulatedCluster"/>. Linux only; needs no corosync and no root.
/// </summary>
/// <remarks>
/// All members may be used from any thread. It has no thread of its own. Files appear in /dev/shm as the real daemon's do, and are removed
/// when a client goes away and when the simulator is disposed.
/// </remarks>
public sealed class QuorumSimulator : IAsyncDisposable
{
    private static int _started;
    private readonly SimulatorServer _server;

    private QuorumSimulator(SimulatedCluster cluster, SimulatorServer server)
    {
        Cluster = cluster;
        _server = server;
    }

    /// <summary>The cluster behind it: joins, leaves, partitions and quorum are made here.</summary>
    public SimulatedCluster Cluster { get; }

    /// <summary>The node that it serves.</summary>
    public uint Node => _server.Options.Node;

    /// <summary>Where it listens.</summary>
    public IpcAddress Address => _server.Address;

    /// <summary>Where it listens, as QUORUM_ENDPOINT, the command line and QuorumEndpoint.Parse take it: <c>abstract:NAME</c> or <c>unix:PATH</c>.</summary>
    public string Endpoint => Address.ToString();

    /// <summary>How many clients are connected now.</summary>
    public int ConnectionCount => _server.ConnectionCount;

    /// <summary>How many events wait in memory for clients whose event ring or socket is full.</summary>
    public long QueuedEvents => _server.QueuedEvents;

    /// <summary>Starts serving; clients can connect when it returns (if the node is up).</summary>
    /// <param name="options">What to serve; null is the defaults: node 1 of three, shared memory, a unique abstract address.</param>
    /// <returns>The simulator; dispose it.</returns>
    /// <exception cref="ArgumentException">An option is wrong, or the cluster has no such node.</exception>
    /// <exception cref="IOException">The address is taken.</exception>
    /// <exception cref="PlatformNotSupportedException">Not Linux.</exception>
    public static QuorumSimulator Start(QuorumSimulatorOptions? options = null)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("The simulator needs Linux: abstract sockets, /dev/shm and futexes.");
        }

        options ??= new QuorumSimulatorOptions();
        options.Validate();
        SimulatedCluster cluster = options.Cluster ?? new SimulatedCluster(3);
        IpcAddress address = options.Address ?? IpcAddress.Abstract(string.Create(
            CultureInfo.InvariantCulture, $"quorum-simulator-{Environment.ProcessId}-{Interlocked.Increment(ref _started)}"));
        return new QuorumSimulator(cluster, new SimulatorServer(cluster, options, address));
    }

    /// <summary>Makes the simulator misbehave until the result is disposed, or for as many occasions as the fault says.</summary>
    /// <param name="fault">What goes wrong.</param>
    /// <returns>Disposing it lifts the fault, if it is still in effect.</returns>
    public IDisposable Inject(SimulatorFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return _server.Inject(fault);
    }

    /// <summary>Sends every tracking client the present quorum state many times over.</summary>
    /// <param name="count">How many notifications, 0 and up.</param>
    public void Flood(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _server.Flood(count);
    }

    /// <summary>Disconnects all clients, removes all files, also those that a killed node left, and stops listening. Any number of times.</summary>
    /// <returns>Completes when all is gone.</returns>
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
