using System.Net.Sockets;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

// The handshake of one connection: reads the request, opens the channel, and answers with the names of the channel's
// files.
internal sealed class Handshake
{
    // Larger rings are refused, as by a daemon whose /dev/shm is full.
    private const uint LargestMaxMessageSize = 1u << 30;

    private readonly SimulatorServer _server;
    private readonly SimulatorConnection _connection;
    private readonly Socket _setup;
    private readonly PeerCredentials _client;
    private readonly long _descriptor;

    public Handshake(SimulatorServer server, SimulatorConnection connection, Socket setup)
    {
        _server = server;
        _connection = connection;
        _setup = setup;
        _client = Credentials.Of(setup);
        _descriptor = setup.SafeHandle.DangerousGetHandle();
    }

    // Returns whether the connection is to be served.
    public async ValueTask<bool> RunAsync()
    {
        if (await ReadRequestAsync().ConfigureAwait(false) is not { } request)
        {
            return false;
        }

        byte[] answer = new byte[ConnectResponse.Size];
        bool granted;
        SimulatorFault? slow;
        SimulatorFault? garbage;
        SimulatorFault? truncate;
        lock (_server.Mutex)
        {
            if (_connection.IsClosed)
            {
                return false;
            }

            if (_server.Faults.Take(FaultKind.SilentHandshake) is not null)
            {
                return true; // The connection has no channel. It is served until the client closes it.
            }

            slow = _server.Faults.Take(FaultKind.SlowHandshake);
            garbage = _server.Faults.Take(FaultKind.GarbageHandshake);
            truncate = _server.Faults.Take(FaultKind.TruncateHandshake);
            ConnectResponse response = Grant(request);
            granted = response.Error == 0 && truncate is null;
            response.WriteTo(answer);
        }

        await Task.Delay(slow?.Delay ?? TimeSpan.Zero, _server.Stopping).ConfigureAwait(false);
        ReadOnlyMemory<byte> bytes = garbage?.Bytes ?? answer;
        await SendAsync(truncate is null ? bytes : bytes[..(int)Math.Min(truncate.Number, bytes.Length)])
            .ConfigureAwait(false);
        return granted;
    }

    // Reads exactly the request, because the bytes after it are doorbells. Returns null when the client closes the
    // connection or sends anything else. Waits for ever for a client that sends too little.
    private async ValueTask<ConnectRequest?> ReadRequestAsync()
    {
        byte[] buffer = new byte[ConnectRequest.Size];
        for (int have = 0; have < buffer.Length;)
        {
            int count = await _setup.ReceiveAsync(buffer.AsMemory(have), SocketFlags.None, _server.Stopping)
                .ConfigureAwait(false);
            if (count == 0)
            {
                return null;
            }

            have += count;
        }

        await _server.Faults.WaitBeforeHandshakeAsync(_server.Stopping).ConfigureAwait(false);
        try
        {
            return ConnectRequest.Read(buffer);
        }
        catch (WireFormatException)
        {
            return null;
        }
    }

    private ConnectResponse Grant(ConnectRequest request)
    {
        uint maxMessageSize = Math.Max(request.MaxMessageSize, (uint)_server.Options.MinimumMaxMessageSize);
        long connectionId = _server.NextConnectionId();
        try
        {
            if (_server.Faults.Take(FaultKind.Refuse) is { } refuse)
            {
                throw new HandshakeRefusedException((int)refuse.Number, refuse.ToString());
            }

            _server.CheckAccess(_client);
            ServerChannel channel = OpenChannel(maxMessageSize);
            _connection.Open(channel);
            return channel.Describe(new() { MaxMessageSize = maxMessageSize, ConnectionId = connectionId });
        }
        catch (HandshakeRefusedException e)
        {
            return new ConnectResponse { Error = -e.Errno };
        }
    }

    private ServerChannel OpenChannel(uint maxMessageSize)
    {
        if (maxMessageSize > LargestMaxMessageSize)
        {
            throw new HandshakeRefusedException(Errno.ENOSPC, $"{maxMessageSize} bytes");
        }

        ChannelDirectory directory = ChannelDirectory.Create(_client, _descriptor, _server.Service.Name);
        try
        {
            if (_server.Options.Transport == IpcConnectionType.Socket)
            {
                return new DatagramChannel(directory, maxMessageSize, _server.Options.Inside);
            }

            uint claimedExtraWords = (uint)(_server.Faults.Take(FaultKind.ShortRingFiles)?.Number ?? 0);
            return new SharedMemoryChannel(_setup, directory, maxMessageSize, claimedExtraWords);
        }
        catch
        {
            directory.Remove();
            throw;
        }
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int sent = await _setup.SendAsync(bytes, SocketFlags.None, _server.Stopping).ConfigureAwait(false);
            bytes = bytes[sent..];
        }
    }
}
