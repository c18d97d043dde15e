using System.Globalization;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.Protocol.Cmap;

namespace Quorum.Managed.Testing;

/// <summary>
/// corosync's services quorum, votequorum, cmap and cfg in this process, for clients that read. Real clients, native
/// libraries and corosync's own tools among them, connect over the real wire protocol and see one node of a
/// <see cref="SimulatedCluster"/>.
/// </summary>
/// <remarks>
/// <para>It runs on Linux only. It needs neither corosync nor root.</para>
/// <para>
/// All members may be used from any thread. The simulator has no thread of its own. Its files appear in /dev/shm, as
/// those of the real daemon do. They are removed when a client goes away and when the simulator is disposed.
/// </para>
/// <para>
/// votequorum, cmap and cfg listen beside <see cref="Address"/>, where clients look for them. The maps of cmap have the
/// keys that clients read: the cluster's name, nodes, members, votes and totem times, and of the statistics the token's
/// counter and the links. The token's counter grows with the clock of the options while the node is up, not frozen and
/// not hung. Nothing can be written, and nobody can stop the node through cfg.
/// </para>
/// </remarks>
public sealed class QuorumSimulator : IAsyncDisposable
{
    private static int _started;
    private readonly QuorumService _service;
    private readonly SimulatorServer _server;
    private readonly CmapService _map;

    // cmap and the other services beside the quorum service, as far as their addresses can be used.
    private readonly List<SimulatorServer> _others = [];

    private QuorumSimulator(
        SimulatedCluster cluster, NodeState node, QuorumSimulatorOptions options, IpcAddress address)
    {
        Cluster = cluster;
        _service = new QuorumService(node, cluster.QuorumType);
        _server = new SimulatorServer(cluster, node, _service, options, address);
        TotemTimes times = TotemTimes.Of(options.TokenTimeout, cluster.Nodes.Count);
        TokenCounter tokens = new(options.TimeProvider, times.Hold);
        _map = new CmapService(node, cluster, times, tokens, options);
        Serve(node, _map);
        Serve(node, new CfgService(node, cluster));
        if (cluster.QuorumType == QuorumType.Set)
        {
            Serve(node, new VoteQuorumService(node, cluster));
        }
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
                return _others.Find(other => other.Service == _map && other.IsListening)?.Address;
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
        return new QuorumSimulator(cluster, node, options, address);
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
        bool isOfAll = fault.Kind is FaultKind.Hang or FaultKind.FlowControl;
        return new Faults([
            _server.Inject(fault),
            .. isOfAll ? _others.Select(other => other.Inject(fault)).ToArray() : [],
        ]);
    }

    /// <summary>Sets a key of cmap's configuration map, beside those that it has. Its trackers are told.</summary>
    /// <param name="key">The key, 1 to 255 bytes in UTF-8, without a NUL.</param>
    /// <param name="value">The value, at most 16384 bytes. Null removes a key that was set so.</param>
    /// <exception cref="ArgumentException">The key or the value is not as said.</exception>
    public void SetKey(string key, CmapValue? value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        _ = new CmapGetRequest(key); // checks the key
        if (value?.ToBytes().Length > ReceivedCmapGet.LargestRoom)
        {
            throw new ArgumentException($"A value has at most {ReceivedCmapGet.LargestRoom} bytes.", nameof(value));
        }

        lock (Cluster.Mutex)
        {
            _map.Set(key, value);
        }
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
        foreach (SimulatorServer other in _others)
        {
            await other.DisposeAsync().ConfigureAwait(false);
        }
    }

    // Completes when the connections of this moment have ended and their files are gone.
    internal Task WhenDisconnectedAsync() =>
        Task.WhenAll(
            [_server.WhenDisconnectedAsync(), .. _others.Select(static other => other.WhenDisconnectedAsync())]);

    // Without an address for it, the service is not served.
    private void Serve(NodeState node, IService service)
    {
        if (SiblingOf(_server.Address, service.Name) is { } beside)
        {
            _others.Add(new SimulatorServer(Cluster, node, service, _server.Options, beside, isOptional: true));
        }
    }

    // Where clients look for a service: QuorumEndpoint.AddressesOf has the same rule. Null when the address would be
    // too long.
    private static IpcAddress? SiblingOf(IpcAddress address, string service)
    {
        string value = address.Value;
        if (value.EndsWith(WireLimits.ServiceName, StringComparison.Ordinal))
        {
            value = value[..^WireLimits.ServiceName.Length] + service;
        }
        else
        {
            value = address.IsPath
                ? Path.Combine(Path.GetDirectoryName(value)!, service)
                : value + "-" + service;
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

    private sealed class Faults(IDisposable[] faults) : IDisposable
    {
        public void Dispose()
        {
            foreach (IDisposable fault in faults)
            {
                fault.Dispose();
            }
        }
    }
}
