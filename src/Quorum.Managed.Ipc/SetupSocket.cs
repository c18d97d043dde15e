using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Quorum.Managed.Ipc.Interop;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Ipc;

// The stream socket on which a connection is set up; afterwards it carries doorbells and tells when the daemon goes away.
//
// Two Socket objects share the descriptor, because a synchronous receive on one queues up behind its pending asynchronous receive and would
// then block: _socket owns the descriptor and does the asynchronous waits, _direct does the non-blocking calls and never an asynchronous one.
internal sealed class SetupSocket : IDisposable
{
    private const int SolSocket = 1;
    private const int SoPassCred = 16;
    private const int SoPeerCred = 17;

    private readonly Socket _socket;
    private readonly Socket _direct;

    private SetupSocket(Socket socket)
    {
        _socket = socket;
        Handle = socket.SafeHandle;
        // Only what this object does is meant (a NetworkStream insists): the descriptor itself stays non-blocking.
        _socket.Blocking = true;
        _direct = new Socket(new SafeSocketHandle(socket.SafeHandle.DangerousGetHandle(), ownsHandle: false)) { Blocking = false };
    }

    public SafeHandle Handle { get; }

    // For Socket.Select.
    public Socket Direct => _direct;

    // Connects, or returns null while the daemon's backlog is full.
    public static SetupSocket? TryConnect(IpcAddress address)
    {
        if (address.IsPath && !File.Exists(address.Value))
        {
            throw new SocketException(Errno.ENOENT);
        }

        Socket? socket = null;
        try
        {
            socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
            // Before anything is sent: the kernel attaches our credentials to the message that the daemon reads them from.
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
            // Without the runtime's text: the address is in it as on the wire, with all its zeros.
            throw new SocketException((int)e.SocketErrorCode);
        }
        finally
        {
            socket?.Dispose();
        }
    }

    public PeerCredentials PeerCredentials() => PeerCredentialsOf(_direct);

    public static PeerCredentials PeerCredentialsOf(Socket socket)
    {
        Span<byte> raw = stackalloc byte[12];
        _ = socket.GetRawSocketOption(SolSocket, SoPeerCred, raw);
        return new PeerCredentials(
            MemoryMarshal.Read<int>(raw),
            MemoryMarshal.Read<uint>(raw[4..]),
            MemoryMarshal.Read<uint>(raw[8..]));
    }

    // The address that the listener gave its socket, wherever we found it; null when it has none.
    public IpcAddress? BoundAddress() => _direct.RemoteEndPoint is UnixDomainSocketEndPoint bound ? IpcAddress.FromEndPoint(bound) : null;

    // Returns the response, and how many doorbells came right behind it.
    public (ConnectResponse Response, int Doorbells) ShakeHands(uint maxMessageSize, Deadline deadline)
    {
        SendRequest(maxMessageSize);
        byte[] buffer = new byte[ConnectResponse.Size];
        int have = 0;
        while (have < buffer.Length)
        {
            if (!_direct.Poll(deadline.PollSlice, SelectMode.SelectRead))
            {
                if (deadline.IsPast)
                {
                    throw new TimeoutException();
                }

                continue;
            }

            int count = _direct.Receive(buffer.AsSpan(have), SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                continue;
            }

            if (error != SocketError.Success)
            {
                throw new SocketException((int)error);
            }

            have += count > 0 ? count : throw Closed(have);
        }

        return (ConnectResponse.Read(buffer), 0);
    }

    public async ValueTask<(ConnectResponse Response, int Doorbells)> ShakeHandsAsync(uint maxMessageSize, CancellationToken cancellationToken)
    {
        SendRequest(maxMessageSize);
        NetworkStream stream = new(_socket, ownsSocket: false);
        await using (stream.ConfigureAwait(false))
        {
            PipeReader reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true));
            ReadResult result = await reader.ReadAtLeastAsync(ConnectResponse.Size, cancellationToken).ConfigureAwait(false);
            if (result.Buffer.Length < ConnectResponse.Size)
            {
                throw Closed((int)result.Buffer.Length);
            }

            ConnectResponse response = Parse(result);
            int doorbells = (int)result.Buffer.Length - ConnectResponse.Size;
            reader.AdvanceTo(result.Buffer.End);
            await reader.CompleteAsync().ConfigureAwait(false);
            return (response, doorbells);
        }
    }

    // One byte, at once. False when the daemon has gone away. Natively, here and below, only while the caller keeps the descriptor open.
    public bool TryRing(bool native)
    {
        ReadOnlySpan<byte> bell = [0];
        if (native)
        {
            return Libc.Send(Handle, bell) == 1;
        }

        int sent = _direct.Send(bell, SocketFlags.None, out SocketError error);
        return sent == 1 && error == SocketError.Success;
    }

    // Takes up to a buffer of doorbells, or looks for them and leaves them: how many, 0 when there are none now, -1 at the end of the stream.
    public int ReadDoorbells(Span<byte> buffer, bool peek, bool native)
    {
        if (native)
        {
            int length = Libc.ReceiveStream(Handle, buffer, peek);
            return length > 0 ? length : length == -Errno.EAGAIN ? 0 : -1;
        }

        int count = _direct.Receive(buffer, peek ? SocketFlags.Peek : SocketFlags.None, out SocketError error);
        return error switch
        {
            SocketError.Success => count > 0 ? count : -1,
            SocketError.WouldBlock => 0,
            _ => -1,
        };
    }

    // Takes as many doorbells as the buffer has bytes; they were seen before.
    public void SkipDoorbells(Span<byte> buffer, bool native)
    {
        if (!buffer.IsEmpty)
        {
            _ = ReadDoorbells(buffer, peek: false, native);
        }
    }

    // Where no doorbells ring, what comes is noise: throws it away. False at the end of the stream.
    public bool DropNoise()
    {
        Span<byte> noise = stackalloc byte[64];
        int count = _direct.Receive(noise, SocketFlags.None, out SocketError error);
        return error == SocketError.WouldBlock || (error == SocketError.Success && count > 0);
    }

    // A send of nothing fails with EPIPE once the peer has closed, also behind unread doorbells, and sends nothing before.
    public bool IsPeerThere()
    {
        _ = _direct.Send(ReadOnlySpan<byte>.Empty, SocketFlags.None, out SocketError error);
        return error is SocketError.Success or SocketError.WouldBlock;
    }

    // True when there is something to read, or the end; false when the time passed.
    public bool WaitReadable(TimeSpan time)
    {
        Deadline deadline = Deadline.After(time);
        while (!_direct.Poll(deadline.PollSlice, SelectMode.SelectRead))
        {
            if (deadline.IsPast)
            {
                return false;
            }
        }

        return true;
    }

    // Completes when there is something to read, or at the end; reads nothing.
    public async ValueTask WaitReadableAsync(CancellationToken cancellationToken)
    {
        try
        {
            _ = await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection is broken or was closed: whoever looks next finds out how.
        }
    }

    // Wakes everybody who waits, and tells the daemon. The descriptor stays.
    public void Shutdown()
    {
        try
        {
            _direct.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The daemon was faster.
        }
    }

    public void Dispose()
    {
        _direct.Dispose();
        _socket.Dispose();
    }

    private void SendRequest(uint maxMessageSize)
    {
        Span<byte> request = stackalloc byte[ConnectRequest.Size];
        new ConnectRequest(maxMessageSize).WriteTo(request);
        int sent = _direct.Send(request, SocketFlags.None, out SocketError error);
        if (error != SocketError.Success || sent != request.Length)
        {
            throw new SocketException((int)error);
        }
    }

    private static ConnectResponse Parse(ReadResult result)
    {
        byte[] bytes = new byte[ConnectResponse.Size];
        System.Buffers.BuffersExtensions.CopyTo(result.Buffer.Slice(0, ConnectResponse.Size), bytes);
        return ConnectResponse.Read(bytes);
    }

    private static EndOfStreamException Closed(int received) =>
        new($"The daemon closed the connection after {received} of {ConnectResponse.Size} bytes of its answer.");
}
