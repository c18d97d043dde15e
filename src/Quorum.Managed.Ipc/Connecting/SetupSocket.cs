using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Quorum.Managed.Ipc.Interop;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Ipc;

// The stream socket on which a connection is set up. Afterwards it carries doorbells, and its end shows that the daemon
// has gone away. In native calls the caller keeps the descriptor open.
internal sealed class SetupSocket : IDisposable
{
    private const int SolSocket = 1;
    private const int SoPassCred = 16;
    private const int SoPeerCred = 17;

    private readonly SplitSocket _socket;

    private SetupSocket(Socket socket)
    {
        // A NetworkStream refuses a non-blocking Socket. This changes the object only; the descriptor stays
        // non-blocking.
        socket.Blocking = true;
        _socket = new SplitSocket(socket);
        Handle = _socket.Handle;
    }

    public SafeHandle Handle { get; }

    // For Socket.Select.
    public Socket Direct => _socket.Direct;

    // Connects. Returns null while the daemon's backlog is full.
    public static SetupSocket? TryConnect(IpcAddress address)
    {
        if (address.IsPath && !Path.Exists(address.Value))
        {
            throw new SocketException(Errno.ENOENT);
        }

        Socket? socket = null;
        try
        {
            socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
            // Set before anything is sent, so that the kernel attaches this process's credentials to the first message.
            // The daemon reads them there.
            socket.SetRawSocketOption(SolSocket, SoPassCred, BitConverter.GetBytes(1));
            socket.Connect(address.ToEndPoint());
            SetupSocket setup = new(socket);
            socket = null;
            return setup;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
        {
            return null;
        }
        catch (SocketException e) when (address is { IsPath: false })
        {
            // Without the runtime's message, which contains the padded address with all its zeros.
            throw new SocketException((int)e.SocketErrorCode);
        }
        finally
        {
            socket?.Dispose();
        }
    }

    public PeerCredentials PeerCredentials() => PeerCredentialsOf(_socket.Direct);

    public static PeerCredentials PeerCredentialsOf(Socket socket)
    {
        Span<byte> raw = stackalloc byte[12];
        _ = socket.GetRawSocketOption(SolSocket, SoPeerCred, raw);
        return new PeerCredentials(
            MemoryMarshal.Read<int>(raw),
            MemoryMarshal.Read<uint>(raw[4..]),
            MemoryMarshal.Read<uint>(raw[8..]));
    }

    // The address that the listener bound, which may differ from the one that was connected to. Null when it has none.
    public IpcAddress? BoundAddress() =>
        _socket.Direct.RemoteEndPoint is UnixDomainSocketEndPoint bound ? IpcAddress.FromEndPoint(bound) : null;

    // Returns the response, and the number of doorbells that came with it.
    public (ConnectResponse Response, int Doorbells) Handshake(uint maxMessageSize, Deadline deadline)
    {
        SendRequest(maxMessageSize);
        byte[] buffer = new byte[ConnectResponse.Size];
        int received = 0;
        while (received < buffer.Length)
        {
            if (!_socket.Direct.Poll(deadline.PollSlice, SelectMode.SelectRead))
            {
                if (deadline.IsPast)
                {
                    throw new TimeoutException();
                }

                continue;
            }

            int count = _socket.Direct.Receive(buffer.AsSpan(received), SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                continue;
            }

            if (error != SocketError.Success)
            {
                throw new SocketException((int)error);
            }

            received += count > 0 ? count : throw EndOfStream(received);
        }

        return (ConnectResponse.Read(buffer), 0);
    }

    public async ValueTask<(ConnectResponse Response, int Doorbells)> HandshakeAsync(
        uint maxMessageSize, CancellationToken cancellationToken)
    {
        SendRequest(maxMessageSize);
        NetworkStream stream = new(_socket.Asynchronous, ownsSocket: false);
        await using (stream.ConfigureAwait(false))
        {
            PipeReader reader =
                PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true));
            ReadResult result =
                await reader.ReadAtLeastAsync(ConnectResponse.Size, cancellationToken).ConfigureAwait(false);
            if (result.Buffer.Length < ConnectResponse.Size)
            {
                throw EndOfStream((int)result.Buffer.Length);
            }

            ConnectResponse response = ConnectResponse.Read(result.Buffer.Slice(0, ConnectResponse.Size).ToArray());
            int doorbells = (int)result.Buffer.Length - ConnectResponse.Size;
            reader.AdvanceTo(result.Buffer.End);
            await reader.CompleteAsync().ConfigureAwait(false);
            return (response, doorbells);
        }
    }

    // Sends one byte, at once. Returns false when the daemon has gone away.
    public bool TrySendDoorbell(bool native)
    {
        ReadOnlySpan<byte> doorbell = [0];
        if (native)
        {
            return SocketCalls.Send(Handle, doorbell) == 1;
        }

        int sent = _socket.Direct.Send(doorbell, SocketFlags.None, out SocketError error);
        return sent == 1 && error == SocketError.Success;
    }

    // Takes or peeks at doorbells, as many as the buffer has bytes at most. Returns their number, 0 when there are none
    // now, or -1 at the end of the stream.
    public int ReadDoorbells(Span<byte> buffer, bool peek, bool native)
    {
        if (native)
        {
            int length = SocketCalls.ReceiveStream(Handle, buffer, peek);
            return length > 0 ? length : length == -Errno.EAGAIN ? 0 : -1;
        }

        SocketFlags flags = peek ? SocketFlags.Peek : SocketFlags.None;
        int count = _socket.Direct.Receive(buffer, flags, out SocketError error);
        return error switch
        {
            SocketError.Success => count > 0 ? count : -1,
            SocketError.WouldBlock => 0,
            _ => -1,
        };
    }

    // Takes as many doorbells as the buffer has bytes. A peek has seen them before.
    public void DiscardDoorbells(Span<byte> buffer, bool native)
    {
        if (!buffer.IsEmpty)
        {
            _ = ReadDoorbells(buffer, peek: false, native);
        }
    }

    // Discards what has come, on a transport without doorbells, where it means nothing. Returns false at the end of the
    // stream.
    public bool DiscardInput()
    {
        Span<byte> input = stackalloc byte[64];
        int count = _socket.Direct.Receive(input, SocketFlags.None, out SocketError error);
        return error == SocketError.WouldBlock || (error == SocketError.Success && count > 0);
    }

    // Sends nothing. Such a send fails with EPIPE once the peer has closed, even when there are unread doorbells.
    public bool IsPeerConnected()
    {
        _ = _socket.Direct.Send(ReadOnlySpan<byte>.Empty, SocketFlags.None, out SocketError error);
        return error is SocketError.Success or SocketError.WouldBlock;
    }

    // Blocks until there is something to read, or the stream has ended. Returns false when the time passed first.
    public bool WaitReadable(TimeSpan time)
    {
        Deadline deadline = Deadline.After(time);
        while (!_socket.Direct.Poll(deadline.PollSlice, SelectMode.SelectRead))
        {
            if (deadline.IsPast)
            {
                return false;
            }
        }

        return true;
    }

    // Completes when there is something to read, or the stream has ended. Reads nothing.
    public async ValueTask WaitReadableAsync(CancellationToken cancellationToken)
    {
        try
        {
            _ = await _socket.Asynchronous.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection is broken or was closed. The next call on it reports which.
        }
    }

    // Wakes all waits, and tells the daemon. The descriptor stays open.
    public void Shutdown()
    {
        try
        {
            _socket.Direct.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The daemon has closed its side.
        }
    }

    public void Dispose() => _socket.Dispose();

    private void SendRequest(uint maxMessageSize)
    {
        Span<byte> request = stackalloc byte[ConnectRequest.Size];
        new ConnectRequest(maxMessageSize).WriteTo(request);
        int sent = _socket.Direct.Send(request, SocketFlags.None, out SocketError error);
        if (error != SocketError.Success || sent != request.Length)
        {
            throw new SocketException((int)error);
        }
    }

    private static EndOfStreamException EndOfStream(int received) =>
        new($"The daemon closed the connection after {received} of {ConnectResponse.Size} bytes of its answer.");
}
