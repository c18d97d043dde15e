using System.Net.Sockets;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.Testing.Model;

namespace Quorum.Managed.Testing.Server;

// Serves one node: listens while the node is up, holds its connections, sends them what happens. One gate for the model and all servers on it,
// so a change, its notifications and a client's request never overlap.
internal sealed partial class SimulatorServer : INodeObserver, IAsyncDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(50);

    private readonly SimulatedCluster _cluster;
    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<SimulatorConnection> _connections = [];
    private readonly List<Task> _accepting = [];
    private Listener? _listener;
    private Task _pump = Task.CompletedTask;
    private byte[] _requestBuffer = [];
    private long _connectionId;
    private bool _pumping;
    private bool _disposed;

    public SimulatorServer(SimulatedCluster cluster, QuorumSimulatorOptions options, IpcAddress address)
    {
        _cluster = cluster;
        Options = options;
        Address = address;
        Faults = new FaultList(cluster.Gate);
        lock (Gate)
        {
            Node = cluster.Attach(options.Node, this);
            try
            {
                if (Node.IsUp)
                {
                    OnStarted();
                }
            }
            catch
            {
                Node.Observers.Remove(this);
                throw;
            }
        }
    }

    public QuorumSimulatorOptions Options { get; }

    public IpcAddress Address { get; }

    public NodeState Node { get; }

    public FaultList Faults { get; }

    public Lock Gate => _cluster.Gate;

    public QuorumType QuorumType => _cluster.QuorumType;

    // Measured: without a provider the quorum notification knows of no ring, though the node list does.
    public EventMessages PresentQuorum => QuorumType == QuorumType.Set
        ? EventMessages.Quorum(Node.Quorate, Node.RingId, Node.Members)
        : EventMessages.Quorum(Node.Quorate, default, []);

    public CancellationToken Stopping => _stopping.Token;

    // What connections leave that ended as by SIGKILL. Under the gate.
    public List<ChannelDirectory> LeftBehind { get; } = [];

    public int ConnectionCount => Read(() => _connections.Count(static connection => connection.IsEstablished));

    public long QueuedEvents => Read(() => _connections.Sum(static connection => (long)connection.QueuedEvents));

    public long NextConnectionId() => ++_connectionId;

    // One for all connections: it is used under the gate only.
    public Span<byte> RequestBuffer(int bytes)
    {
        if (_requestBuffer.Length < bytes)
        {
            _requestBuffer = new byte[bytes];
        }

        return _requestBuffer.AsSpan(0, bytes);
    }

    public void CheckAllowed(PeerCredentials peer)
    {
        PeerCredentials own = _listener?.Own ?? default;
        if (Faults.Take(FaultKind.Refuse) is { } refuse)
        {
            throw new ServerErrorException((int)refuse.Number, "a fault");
        }

        if (peer.UserId != 0 && peer.GroupId != 0 && peer.UserId != own.UserId
            && !Options.AllowedUserIds.Contains(peer.UserId) && !Options.AllowedGroupIds.Contains(peer.GroupId))
        {
            throw new ServerErrorException(Errno.EACCES, $"uid {peer.UserId}, gid {peer.GroupId}");
        }
    }

    public ServerChannel CreateChannel(Socket setup, ChannelDirectory directory, uint maxMessageSize)
    {
        const uint Largest = 1u << 30;
        if (maxMessageSize > Largest)
        {
            throw new ServerErrorException(Errno.ENOSPC, $"{maxMessageSize} bytes");
        }

        if (Options.Transport == IpcConnectionType.Socket)
        {
            return new DatagramChannel(directory, maxMessageSize, Options.Inside);
        }

        uint extra = (uint)(Faults.Take(FaultKind.ShortRingFiles)?.Number ?? 0);
        return new SharedMemoryChannel(setup, directory, maxMessageSize, extra);
    }

    public IDisposable Inject(SimulatorFault fault) => Faults.Add(fault, ApplyFaults);

    public void Flood(int count)
    {
        lock (Gate)
        {
            EventMessages message = PresentQuorum;
            for (int i = 0; i < count; i++)
            {
                Broadcast(message);
            }
        }
    }

    // Starts sending what waits, beside the caller. Under the gate.
    public void PumpSoon()
    {
        if (!_pumping)
        {
            _pumping = true;
            _pump = PumpAsync();
        }
    }

    public void Die() => _cluster.Kill(Node.Id.Value);

    public void Remove(SimulatorConnection connection)
    {
        lock (Gate)
        {
            connection.Close(orderly: true);
            _connections.Remove(connection);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task[] tasks;
        lock (Gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            Node.Observers.Remove(this);
            OnStopped(orderly: true);
            tasks = [.. _connections.Select(static connection => connection.Completion), .. _accepting, _pump];
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(tasks).ConfigureAwait(false);
        foreach (ChannelDirectory directory in LeftBehind)
        {
            directory.Remove();
        }

        if (Address.IsPath)
        {
            Listener.RemoveStale(Address);
        }

        _stopping.Dispose();
    }

    private T Read<T>(Func<T> read)
    {
        lock (Gate)
        {
            return read();
        }
    }

    private void ApplyFaults()
    {
        foreach (SimulatorConnection connection in _connections)
        {
            connection.SetFlowControl(Faults.FlowControl);
        }

        PumpSoon(); // events that a hang held back
    }

    private void Broadcast(EventMessages messages)
    {
        foreach (SimulatorConnection connection in _connections)
        {
            connection.Deliver(messages);
        }
    }

    private async Task AcceptAsync(Listener listener)
    {
        await Task.Yield(); // out of the gate
        while (true)
        {
            try
            {
                Socket setup = await listener.AcceptAsync(_stopping.Token).ConfigureAwait(false);
                Add(setup, listener);
            }
            catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                if (_listener != listener)
                {
                    return;
                }

                // Out of descriptors, as a rule: they may come back.
                await Task.Delay(AcceptPause).ConfigureAwait(false);
            }
        }
    }

    private void Add(Socket setup, Listener listener)
    {
        lock (Gate)
        {
            if (_listener != listener)
            {
                setup.Dispose();
                return;
            }

            SimulatorConnection connection = new(this, setup);
            _connections.Add(connection);
            connection.Start();
        }
    }

    // A client that reads its events tells nobody: looks for room again and again, the less often the longer there is none.
    private async Task PumpAsync()
    {
        TimeSpan pause = ShortestPause;
        while (true)
        {
            await Task.Delay(pause, CancellationToken.None).ConfigureAwait(false);
            lock (Gate)
            {
                bool progress = false;
                bool remains = false;
                foreach (SimulatorConnection connection in Faults.IsHung ? [] : _connections.ToArray())
                {
                    (int sent, bool more) = connection.Flush();
                    progress |= sent > 0;
                    remains |= more;
                }

                if (!remains || _disposed)
                {
                    _pumping = false;
                    return;
                }

                pause = progress ? ShortestPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }
}
