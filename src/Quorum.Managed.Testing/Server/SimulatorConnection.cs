using System.Net.Sockets;
using Quorum.Managed.Ipc;
using Quorum.Managed.Ipc.SharedMemory;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing.Server;

// One client. Reads the setup socket in RunAsync; everything else happens under the server's gate.
internal sealed partial class SimulatorConnection
{
    private readonly SimulatorServer _server;
    private readonly Socket _setup;
    private readonly PeerCredentials _peer;
    private readonly long _descriptor;
    private readonly Queue<byte[]> _queue = new();
    private ChannelDirectory? _directory;
    private ServerChannel? _channel;
    private QuorumSession? _session;
    private bool _closed;

    public SimulatorConnection(SimulatorServer server, Socket setup)
    {
        _server = server;
        _setup = setup;
        _setup.Blocking = false;
        _peer = Credentials.Of(setup);
        _descriptor = setup.SafeHandle.DangerousGetHandle();
    }

    public Task Completion { get; private set; } = Task.CompletedTask;

    public int QueuedEvents => _queue.Count;

    public bool IsEstablished => _channel is not null;

    // Called once, under the gate: runs up to its first wait.
    public void Start() => Completion = RunAsync();

    public void Deliver(EventMessages messages)
    {
        if (_session is { IsTracking: true } session && messages.For(session.Model) is { } message)
        {
            Send(message);
        }
    }

    public void Send(byte[] message)
    {
        if (_closed || _channel is null)
        {
            return;
        }

        try
        {
            // Flush last: bells can be owed though the event found room.
            if (_queue.Count > 0 || _server.Faults.IsHung || !_channel.TrySendEvent(message))
            {
                _queue.Enqueue(message);
                _server.PumpSoon();
            }
            else if (!_channel.Flush())
            {
                _server.PumpSoon();
            }
        }
        catch (RingCorruptException)
        {
            Close(orderly: true);
        }
    }

    // Sends what waits, as far as there is room: how many events went, and whether something remains.
    public (int Sent, bool Remains) Flush()
    {
        int sent = 0;
        if (_closed || _channel is null)
        {
            return (0, false);
        }

        try
        {
            while (_queue.TryPeek(out byte[]? message) && _channel.TrySendEvent(message))
            {
                _queue.Dequeue();
                sent++;
            }

            return (sent, !_channel.Flush() || _queue.Count > 0);
        }
        catch (RingCorruptException)
        {
            Close(orderly: true);
            return (sent, false);
        }
    }

    public void SetFlowControl(int value) => _channel?.SetFlowControl(value);

    // In order: the files go. As by SIGKILL: they stay for somebody else to remove.
    public void Close(bool orderly)
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        _queue.Clear();
        _setup.Dispose();
        _channel?.Dispose();
        _channel = null;
        if (orderly)
        {
            _directory?.Remove();
        }
        else if (_directory is not null)
        {
            _server.LeftBehind.Add(_directory);
        }
    }

    private async Task RunAsync()
    {
        try
        {
            await Task.Yield(); // out of the gate
            if (await HandshakeReader.ReadAsync(_setup, _server.Faults, _server.Stopping).ConfigureAwait(false) is { } request && await AnswerAsync(request).ConfigureAwait(false))
            {
                await ServeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException or RingCorruptException)
        {
            // The client went away or broke its ring, or the server closes.
        }
        finally
        {
            _server.Remove(this);
        }
    }

    private async ValueTask ServeAsync()
    {
        Task datagrams = _channel is DatagramChannel channel ? ReadDatagramsAsync(channel) : Task.CompletedTask;
        try
        {
            await ReadSetupAsync().ConfigureAwait(false);
        }
        finally
        {
            _server.Remove(this); // ends the other loop
            await datagrams.ConfigureAwait(false);
        }
    }

    private async Task ReadDatagramsAsync(DatagramChannel channel)
    {
        byte[] buffer = new byte[DatagramChannel.LargestRequest];
        try
        {
            while (true)
            {
                int length = await channel.ReceiveAsync(buffer, _server.Stopping).ConfigureAwait(false);
                await HoldAsync().ConfigureAwait(false);
                lock (_server.Gate)
                {
                    if (_closed)
                    {
                        return;
                    }

                    channel.CountRequest();
                    if (!_session!.Handle(buffer.AsSpan(0, length), channel))
                    {
                        Close(orderly: true);
                        return;
                    }
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The connection was closed.
        }
    }

    private async ValueTask ReadSetupAsync()
    {
        byte[] bells = new byte[64];
        while (true)
        {
            int count = await _setup.ReceiveAsync(bells.AsMemory(), SocketFlags.None, _server.Stopping).ConfigureAwait(false);
            if (count == 0)
            {
                return;
            }

            if (_channel is not SharedMemoryChannel)
            {
                continue; // only the end of the stream matters
            }

            // One byte a request; a byte without a request is nothing.
            for (int i = 0; i < count; i++)
            {
                await HoldAsync().ConfigureAwait(false);
                if (!TakeRequest())
                {
                    return;
                }
            }
        }
    }

    // Waits as long as the faults want before a request is looked at.
    private async ValueTask HoldAsync()
    {
        await _server.Faults.WhileHeldAsync(request: true, _server.Stopping).ConfigureAwait(false);
        TimeSpan delay;
        lock (_server.Gate)
        {
            delay = _server.Faults.Take(FaultKind.Slow)?.Delay ?? TimeSpan.Zero;
        }

        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, _server.Stopping).ConfigureAwait(false);
        }
    }

    private bool TakeRequest()
    {
        lock (_server.Gate)
        {
            if (_closed || _channel is not SharedMemoryChannel channel)
            {
                return false;
            }

            Span<byte> buffer = _server.RequestBuffer(channel.LargestRequest);
            int length = channel.TryReadRequest(buffer);
            return length < 0 || _session!.Handle(buffer[..length], channel);
        }
    }
}
