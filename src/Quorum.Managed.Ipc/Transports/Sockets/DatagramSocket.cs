using System.Net.Sockets;
using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Ipc.Sockets;

// One of the two datagram sockets of a connection. In native calls the caller keeps the descriptor open.
internal sealed class DatagramSocket : IDisposable
{
    private readonly SplitSocket _socket;
    private readonly byte[] _peeked = new byte[1];

    private DatagramSocket(Socket socket)
    {
        _socket = new SplitSocket(socket);
        Handle = _socket.Handle;
    }

    // For Socket.Select.
    public Socket Direct => _socket.Direct;

    public SafeSocketHandle Handle { get; }

    // The file of an own address that is a path goes with the socket.
    public static DatagramSocket Open(IpcAddress own, IpcAddress daemon, int maxMessageSize)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            // Connected before it is bound: then only the daemon can send to the bound name. An unconnected socket also
            // has a short queue, of eleven datagrams.
            socket.Connect(daemon.ToEndPoint());
            socket.Bind(own.ToEndPoint());
            socket.SendBufferSize = Math.Max(socket.SendBufferSize, maxMessageSize);
            socket.ReceiveBufferSize = Math.Max(socket.ReceiveBufferSize, maxMessageSize);
            DatagramSocket opened = new(socket);
            socket = null;
            return opened;
        }
        finally
        {
            socket?.Dispose();
        }
    }

    // Sends the whole message. Returns false when there is no room for it now.
    public bool TrySend(ReadOnlySpan<byte> message, IpcStage stage, bool native)
    {
        if (native)
        {
            int length = SocketCalls.Send(Handle, message);
            return length switch
            {
                >= 0 when length == message.Length => true,
                -Errno.EAGAIN or -Errno.ENOBUFS => false,
                _ => throw IpcErrors.Gone(stage),
            };
        }

        int sent = _socket.Direct.Send(message, SocketFlags.None, out SocketError error);
        return error switch
        {
            SocketError.Success when sent == message.Length => true,
            SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable => false,
            _ => throw IpcErrors.Gone(stage),
        };
    }

    // Takes the next datagram. Returns its length, or -1 when there is none. An empty datagram is not a message.
    public int TryReceive(Span<byte> destination, IpcStage stage, bool native)
    {
        int length;
        bool none;
        bool failed;
        if (native)
        {
            length = SocketCalls.Receive(Handle, destination);
            none = length == -Errno.EAGAIN;
            failed = length < 0;
        }
        else
        {
            // With this flag the kernel tells the datagram's whole length, also when only a part of it fits.
            length = _socket.Direct.Receive(destination, SocketFlags.Truncated, out SocketError error);
            none = error == SocketError.WouldBlock;
            failed = error != SocketError.Success;
        }

        if (failed)
        {
            return none ? -1 : throw IpcErrors.Gone(stage);
        }

        return length == 0 ? -1
            : length <= destination.Length ? length
            : throw IpcErrors.TooLong(stage, length, destination.Length);
    }

    // Completes when there is a datagram, and takes nothing. The kernel does not end this wait when the peer goes away,
    // or when the socket is shut down.
    public async ValueTask WaitReadableAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Peeks at one byte: a receive into an empty buffer would discard the datagram.
            _ = await _socket.Asynchronous.ReceiveAsync(_peeked, SocketFlags.Peek, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // The next receive reports the error.
        }
    }

    public void Dispose() => _socket.Dispose();
}
