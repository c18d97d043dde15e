using System.Globalization;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

/// <summary>
/// A corosync quorum service in this process, and a small part of corosync's cmap beside it. Real clients, native
/// libquorum among them, connect to it over the real wire protocol and see one node of a
/// <see cref="SimulatedCluster"/>.
/// </summary>
/// <remarks>
/// <para>It runs on Linux only. It needs neither corosync nor root.</para>
/// <para>
/// All members may be used from any thread. The simulator has no thread of its own. Its files appear in /dev/shm, as
/// those of the real daemon do. They are removed when a client goes away and when the simulator is disposed.
/// </para>
/// <para>
/// cmap has the totem times <c>runtime.config.totem.</c>{<c>token</c>, <c>consensus</c>, <c>hold</c>,
/// <c>token_retransmit</c>}, and in the statistics map <c>stats.srp.</c>{<c>orf_token_rx</c>,
/// <c>time_since_token_last_received</c>, <c>gather_entered</c>, <c>operational_entered</c>}. The token's counter grows
/// with the clock of the options while the node is up, not frozen and not hung. It can only be read.
/// </para>
/// </remarks>
public sealed class QuorumSimulator : IAsyncDisposable
{
    private static int _started;
    private readonly QuorumService _service;
    private readonly SimulatorServer _server;
    private readonly SimulatorServer? _cmap;

    private QuorumSimulator(
        SimulatedCluster cluster, QuorumService service, SimulatorServer server, SimulatorServer? cmap)
    {
        Cluster = cluster;
        _service = service;
        _server = server;
        _cmap = cmap;
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

    /// <summary>
    /// The address of cmap while it is served: beside <see cref="Address"/>, where clients look for it. Null while the
    /// node is down, and where that address cannot be used or is taken; the quorum service works without it.
    /// </summary>
    public IpcAddress? CmapAddress
    {
        get
        {
            lock (Cluster.Mutex)
            {
                return _cmap is { IsListening: true } ? _cmap.Address : null;
            }
        }
    }

    /// <summary>The number of clients of the quorum service that are connected now.</summary>
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
        SimulatorServer server = new(cluster, node, service, options, address);
        TotemTimes times = TotemTimes.Of(options.TokenTimeout, cluster.Nodes.Count);
        CmapService cmap = new(times, new TokenCounter(options.TimeProvider, times.Hold));
        return new QuorumSimulator(cluster, service, server, SiblingOf(address) is { } beside
            ? new SimulatorServer(cluster, node, cmap, options, beside, isOptional: true)
            : null);
    }

    /// <summary>
    /// Makes the simulator misbehave until the result is disposed, or for the number of times that the fault says.
    /// </summary>
    /// <param name="fault">
    /// What goes wrong. <see cref="SimulatorFault.Hang"/> and <see cref="SimulatorFault.FlowControl"/> are of the whole
    /// daemon. Every other fault is of the quorum service.
    /// </param>
    /// <returns>Disposing the result lifts the fault. It does nothing if the fault is no longer in effect.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="fault"/> is null.</exception>
    public IDisposable Inject(SimulatorFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        IDisposable quorum = _server.Inject(fault);
        return _cmap is null || fault.Kind is not (FaultKind.Hang or FaultKind.FlowControl)
            ? quorum
            : new BothFaults(quorum, _cmap.Inject(fault));
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
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync().ConfigureAwait(false);
        if (_cmap is not null)
        {
            await _cmap.DisposeAsync().ConfigureAwait(false);
        }
    }

    // Completes when the connections of this moment have ended and their files are gone.
    internal Task WhenDisconnectedAsync() =>
        Task.WhenAll(_server.WhenDisconnectedAsync(), _cmap?.WhenDisconnectedAsync() ?? Task.CompletedTask);

    // Where clients look for cmap: QuorumEndpoint.AddressesOf has the same rule. Null when the address is too long.
    private static IpcAddress? SiblingOf(IpcAddress address)
    {
        string value = address.Value;
        if (value.EndsWith(WireLimits.ServiceName, StringComparison.Ordinal))
        {
            value = value[..^WireLimits.ServiceName.Length] + WireLimits.CmapServiceName;
        }
        else
        {
            value = address.IsPath
                ? Path.Combine(Path.GetDirectoryName(value)!, WireLimits.CmapServiceName)
                : value + "-" + WireLimits.CmapServiceName;
        }

        try
        {
            return address.IsPath ? IpcAddress.Path(value) : IpcAddress.Abstract(value);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static IpcAddress UniqueAddress()
    {
        int number = Interlocked.Increment(ref _started);
        return IpcAddress.Abstract(
            string.Create(CultureInfo.InvariantCulture, $"quorum-simulator-{Environment.ProcessId}-{number}"));
    }

    private sealed class BothFaults(IDisposable quorum, IDisposable cmap) : IDisposable
    {
        public void Dispose()
        {
            quorum.Dispose();
            cmap.Dispose();
        }
    }
}
