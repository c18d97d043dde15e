using System.Net.Sockets;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

// Serves one service of one node. It listens while the node is up, and holds the connections. The cluster's mutex
// guards the node and all of its servers, so that a change, its events and a client's request never overlap. Unless a
// member says that it takes the mutex, its caller holds it.
internal sealed class SimulatorServer : INodeObserver, IAsyncDisposable
{
    private readonly SimulatedCluster _cluster;
    private readonly NodeState _node;
    private readonly AccessRules _access;
    private readonly EventPump _pump;
    private readonly bool _isOptional;
    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<SimulatorConnection> _connections = [];
    private readonly List<ChannelDirectory> _leftBehind = [];
    private readonly List<Task> _accepting = [];
    private Listener? _listener;
    private byte[] _requestBuffer = [];
    private long _connectionId;
    private bool _isDisposed;

    // Takes the mutex. An optional server whose address cannot be bound has no clients.
    public SimulatorServer(
        SimulatedCluster cluster,
        NodeState node,
        IService service,
        QuorumSimulatorOptions options,
        IpcAddress address,
        bool isOptional = false)
    {
        _isOptional = isOptional;
        _cluster = cluster;
        _node = node;
        _access = new AccessRules(options);
        _pump = new EventPump(cluster.Mutex, FlushAll);
        Service = service;
        Options = options;
        Address = address;
        Faults = new FaultList(cluster.Mutex);
        lock (Mutex)
        {
            if (node.IsUp)
            {
                OnStarted();
            }

            node.Observers.Add(this);
        }
    }

    public IService Service { get; }

    public QuorumSimulatorOptions Options { get; }

    public IpcAddress Address { get; }

    public FaultList Faults { get; }

    public Lock Mutex => _cluster.Mutex;

    public CancellationToken Stopping => _stopping.Token;

    // Takes the mutex.
    public int ConnectionCount
    {
        get
        {
            lock (Mutex)
            {
                return _connections.Count(static connection => connection.IsEstablished);
            }
        }
    }

    // Takes the mutex.
    public long QueuedEvents
    {
        get
        {
            lock (Mutex)
            {
                return _connections.Sum(static connection => (long)connection.QueuedEvents);
            }
        }
    }

    public long NextConnectionId() => ++_connectionId;

    // One buffer serves all connections, because it is used only while the mutex is held.
    public Span<byte> RequestBuffer(int bytes)
    {
        if (_requestBuffer.Length < bytes)
        {
            _requestBuffer = new byte[bytes];
        }

        return _requestBuffer.AsSpan(0, bytes);
    }

    public void CheckAccess(PeerCredentials client) => _access.Check(client, _listener?.OwnCredentials ?? default);

    // Takes the mutex.
    public IDisposable Inject(SimulatorFault fault) => Faults.Add(fault, OnFaultsChanged);

    // Starts to send the queued events in the background.
    public void PumpEvents() => _pump.Start();

    public void KillNode() => _cluster.Kill(_node.Id.Value);

    // The files of a connection whose node was killed. They are removed when the server is disposed.
    public void LeaveBehind(ChannelDirectory directory) => _leftBehind.Add(directory);

    // Takes the mutex.
    public void Remove(SimulatorConnection connection)
    {
        lock (Mutex)
        {
            connection.Close(orderly: true);
            _connections.Remove(connection);
        }
    }

    // Whether clients can connect. False with a node that is up: the address could not be bound.
    public bool IsListening => _listener is not null;

    public void OnMembership(NodeId[] joined, NodeId[] left) => Service.OnMembership(joined, left);

    public void OnQuorum() => Service.OnQuorum();

    public void OnExpectedVotes() => Service.OnExpectedVotes();

    // The files of an earlier life of the node stay in /dev/shm, as those of the real daemon do.
    public void OnStarted()
    {
        Service.OnStarted();
        ReportToken();
        try
        {
            _listener = new Listener(Address, Options.Inside);
        }
        catch (Exception e) when (_isOptional && e is (IOException or UnauthorizedAccessException))
        {
            return;
        }

        _accepting.RemoveAll(static task => task.IsCompleted);
        _accepting.Add(_listener.AcceptAsync(Add, Stopping));
    }

    public void OnFrozen() => ReportToken();

    public void OnStopped(bool orderly)
    {
        ReportToken();
        _listener?.Close(orderly);
        _listener = null;
        foreach (SimulatorConnection connection in _connections)
        {
            connection.Close(orderly);
        }
    }

    // Takes the mutex. Completes when the connections of this moment have ended.
    public Task WhenDisconnectedAsync()
    {
        lock (Mutex)
        {
            return Task.WhenAll(_connections.Select(static connection => connection.Completion));
        }
    }

    // Takes the mutex.
    public async ValueTask DisposeAsync()
    {
        Task[] tasks;
        lock (Mutex)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            _node.Observers.Remove(this);
            OnStopped(orderly: true);
            tasks = [WhenDisconnectedAsync(), .. _accepting, _pump.Completion];
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(tasks).ConfigureAwait(false);
        foreach (ChannelDirectory directory in _leftBehind)
        {
            directory.Remove();
        }

        if (Address.IsPath)
        {
            Listener.RemoveStale(Address);
        }

        _stopping.Dispose();
    }

    // Takes the mutex.
    private void Add(Listener listener, Socket setup)
    {
        lock (Mutex)
        {
            if (listener.IsClosed)
            {
                setup.Dispose();
                return;
            }

            SimulatorConnection connection = new(this, setup);
            _connections.Add(connection);
            connection.Start();
        }
    }

    private void OnFaultsChanged()
    {
        foreach (SimulatorConnection connection in _connections)
        {
            connection.SetFlowControl(Faults.FlowControl);
        }

        ReportToken();
        PumpEvents(); // A hang may have kept events back.
    }

    // A daemon that hangs takes no token, as one that was stopped.
    private void ReportToken() => Service.OnToken(_node.IsInRing && !Faults.IsHung);

    private FlushResult FlushAll()
    {
        FlushResult all = default;
        if (_isDisposed || Faults.IsHung)
        {
            return all;
        }

        foreach (SimulatorConnection connection in _connections)
        {
            FlushResult one = connection.Flush();
            all = new FlushResult(all.Sent || one.Sent, all.Remains || one.Remains);
        }

        return all;
    }
}
