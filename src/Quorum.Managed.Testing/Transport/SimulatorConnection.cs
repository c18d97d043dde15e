using System.Net.Sockets;
using Quorum.Managed.Ipc.SharedMemory;

namespace Quorum.Managed.Testing;

// The connection of one client: its setup socket, its channel, and its session with the service. Only RunAsync runs
// without the cluster's mutex. The caller of every other member holds it.
internal sealed class SimulatorConnection
{
    private readonly SimulatorServer _server;
    private readonly Socket _setup;
    private readonly Handshake _handshake;
    private ServerChannel? _channel;
    private EventQueue? _events;
    private IServiceSession? _session;
    private RequestHandler? _requests;

    public SimulatorConnection(SimulatorServer server, Socket setup)
    {
        _server = server;
        _setup = setup;
        _setup.Blocking = false;
        _handshake = new Handshake(server, this, setup);
    }

    public Task Completion { get; private set; } = Task.CompletedTask;

    public int QueuedEvents => _events?.Count ?? 0;

    public bool IsEstablished => _channel is not null;

    public bool IsClosed { get; private set; }

    // Called once.
    public void Start() => Completion = RunAsync();

    // The handshake was granted. The connection owns the channel from now on.
    public void Open(ServerChannel channel)
    {
        _channel = channel;
        _channel.SetFlowControl(_server.Faults.FlowControl);
        _events = new EventQueue(channel);
        _session = _server.Service.Open(this);
        _requests = new RequestHandler(_server, _session);
    }

    public void Send(byte[] message)
    {
        try
        {
            if (_events?.Send(message, hold: _server.Faults.IsHung) is false)
            {
                _server.PumpEvents();
            }
        }
        catch (RingCorruptException)
        {
            Close(orderly: true);
        }
    }

    public FlushResult Flush()
    {
        try
        {
            return _events?.Flush() ?? default;
        }
        catch (RingCorruptException)
        {
            Close(orderly: true);
            return default;
        }
    }

    public void SetFlowControl(int value) => _channel?.SetFlowControl(value);

    // Returns false when the connection is to be closed.
    public bool Handle(ReadOnlySpan<byte> request) => _requests!.Handle(request, _channel!);

    // An orderly end removes the channel's files. After any other end the files stay until the server is disposed.
    public void Close(bool orderly)
    {
        if (IsClosed)
        {
            return;
        }

        IsClosed = true;
        _setup.Dispose();
        _session?.Close();
        _events = null;
        if (_channel is not { } channel)
        {
            return;
        }

        _channel = null;
        channel.Dispose();
        if (orderly)
        {
            channel.Directory.Remove();
        }
        else
        {
            _server.LeaveBehind(channel.Directory);
        }
    }

    private async Task RunAsync()
    {
        try
        {
            await Task.Yield(); // The caller holds the mutex, which the connection must not run under.
            if (await _handshake.RunAsync().ConfigureAwait(false))
            {
                await new RequestLoop(_server, this, _setup, _channel).RunAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SocketException
            or ObjectDisposedException or OperationCanceledException or RingCorruptException)
        {
            // The client closed the connection or damaged its ring, or the server stops.
        }
        finally
        {
            _server.Remove(this);
        }
    }
}
