using System.Globalization;
using Quorum.Managed.Ipc;

namespace Quorum.Managed.Testing;

/// <summary>
/// A corosync quorum service in this process. Real clients, native libquorum among them, connect to it over the real
/// wire protocol and see one node of a <see cref="SimulatedCluster"/>.
/// </summary>
/// <remarks>
/// <para>It runs on Linux only. It needs neither corosync nor root.</para>
/// <para>
/// All members may be used from any thread. The simulator has no thread of its own. Its files appear in /dev/shm, as
/// those of the real daemon do. They are removed when a client goes away and when the simulator is disposed.
/// </para>
/// </remarks>
public sealed class QuorumSimulator : IAsyncDisposable
{
    private static int _started;
    private readonly QuorumService _service;
    private readonly SimulatorServer _server;

    private QuorumSimulator(SimulatedCluster cluster, QuorumService service, SimulatorServer server)
    {
        Cluster = cluster;
        _service = service;
        _server = server;
    }

    /// <summary>The cluster that the simulator serves a node of. Its methods change what the clients see.</summary>
    public SimulatedCluster Cluster { get; }

    /// <summary>The number of the node that the simulator serves.</summary>
    public uint Node => _server.Options.Node;

    /// <summary>The address at which the simulator listens while its node is up.</summary>
    public IpcAddress Address => _server.Address;

    /// <summary>
    /// The address as text: <c>abstract:NAME</c> or <c>unix:PATH</c>. The environment variable QUORUM_ENDPOINT, the
    /// command line and QuorumEndpoint.Parse take it in this form.
    /// </summary>
    public string Endpoint => Address.ToString();

    /// <summary>The number of clients that are connected now.</summary>
    public int ConnectionCount => _server.ConnectionCount;

    /// <summary>The number of events that wait in memory for clients whose event ring or socket is full.</summary>
    public long QueuedEvents => _server.QueuedEvents;

    /// <summary>Starts a simulator. If its node is up, clients can connect when the method returns.</summary>
    /// <param name="options">
    /// What to serve. Defaults to node 1 of a cluster of three, shared memory, and an abstract address that is unique
    /// on this machine.
    /// </param>
    /// <returns>The simulator. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">An option has a wrong value, or the cluster has no such node.</exception>
    /// <exception cref="IOException">The address is taken.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    public static QuorumSimulator Start(QuorumSimulatorOptions? options = null)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException(
                "The simulator needs Linux: abstract sockets, /dev/shm and futexes.");
        }

        options ??= new QuorumSimulatorOptions();
        options.Validate();
        SimulatedCluster cluster = options.Cluster ?? new SimulatedCluster(3);
        IpcAddress address = options.Address ?? UniqueAddress();
        NodeState node = cluster.Find(options.Node);
        QuorumService service = new(node, cluster.QuorumType);
        return new QuorumSimulator(cluster, service, new SimulatorServer(cluster, node, service, options, address));
    }

    /// <summary>
    /// Makes the simulator misbehave until the result is disposed, or for the number of times that the fault says.
    /// </summary>
    /// <param name="fault">What goes wrong.</param>
    /// <returns>Disposing the result lifts the fault. It does nothing if the fault is no longer in effect.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="fault"/> is null.</exception>
    public IDisposable Inject(SimulatorFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return _server.Inject(fault);
    }

    /// <summary>Sends the present quorum state many times to every client that tracks.</summary>
    /// <param name="count">The number of notifications, 0 and up.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public void Flood(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        lock (Cluster.Mutex)
        {
            _service.Flood(count);
        }
    }

    /// <summary>
    /// Disconnects all clients, stops listening, and removes all files, also those that a killed node left behind. May
    /// be called more than once.
    /// </summary>
    /// <returns>A task that completes when the connections have ended and the files are gone.</returns>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    // Completes when the connections of this moment have ended and their files are gone.
    internal Task WhenDisconnectedAsync() => _server.WhenDisconnectedAsync();

    private static IpcAddress UniqueAddress()
    {
        int number = Interlocked.Increment(ref _started);
        return IpcAddress.Abstract(
            string.Create(CultureInfo.InvariantCulture, $"quorum-simulator-{Environment.ProcessId}-{number}"));
    }
}
