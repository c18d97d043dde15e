using System.Net.Sockets;
using System.Text;
using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Ipc.Sockets;

// One of the two datagram sockets of a connection. Two Socket objects share the descriptor, for the same reason as in SetupSocket: _socket owns it and
// does the asynchronous waits, _direct does the non-blocking calls.
internal sealed class DatagramSocket : IDisposable
{
    // sun_path without the NUL that makes a name abstract.
    private const int LongestName = 107;

    private readonly Socket _socket;
    private readonly Socket _direct;
    private readonly byte[] _peeked = new byte[1];

    private DatagramSocket(Socket socket)
    {
        _socket = socket;
        Handle = socket.SafeHandle;
        _direct = new Socket(new SafeSocketHandle(socket.SafeHandle.DangerousGetHandle(), ownsHandle: false)) { Blocking = false };
    }

    // For Socket.Select; nobody else receives from it.
    public Socket Direct => _direct;

    public SafeSocketHandle Handle { get; }

    public static DatagramSocket Open(string own, string daemons, int maxMessageSize)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            // Connected first: then nobody but the daemon can send to the name that is bound next. And without being connected, the kernel queues
            // no more than eleven datagrams here.
            socket.Connect(Address(daemons));
            socket.Bind(Address(own));
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

    // False when there is no room for it now. Nothing is sent in parts. Natively, here and below, only while the caller keeps the descriptor open.
    public bool TrySend(ReadOnlySpan<byte> message, IpcStage stage, bool native)
    {
        if (native)
        {
            int length = Libc.Send(Handle, message);
            return length switch
            {
                >= 0 when length == message.Length => true,
                -Errno.EAGAIN or -Errno.ENOBUFS => false,
                _ => throw IpcErrors.Gone(stage),
            };
        }

        int sent = _direct.Send(message, SocketFlags.None, out SocketError error);
        return error switch
        {
            SocketError.Success when sent == message.Length => true,
            SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable => false,
            _ => throw IpcErrors.Gone(stage),
        };
    }

    // Takes the next datagram and returns its length, or -1 when there is none. An empty one is no message.
    public int TryReceive(Span<byte> destination, IpcStage stage, bool native)
    {
        int length;
        bool none;
        bool failed;
        if (native)
        {
            length = Libc.Receive(Handle, destination);
            none = length == -Errno.EAGAIN;
            failed = length < 0;
        }
        else
        {
            // With this flag the kernel tells the datagram's whole length, however little of it fits.
            length = _direct.Receive(destination, SocketFlags.Truncated, out SocketError error);
            none = error == SocketError.WouldBlock;
            failed = error != SocketError.Success;
        }

        if (failed)
        {
            return none ? -1 : throw IpcErrors.Gone(stage);
        }

        return length == 0 ? -1 : length <= destination.Length ? length : throw IpcErrors.TooLong(stage, length, destination.Length);
    }

    // Completes when a datagram is there; takes nothing. The kernel does not end such a wait when the peer goes away, nor when the socket is shut down.
    public async ValueTask WaitReadableAsync(CancellationToken cancellationToken)
    {
        try
        {
            // A receive into an empty buffer would throw the datagram away: look at its first byte instead.
            _ = await _socket.ReceiveAsync(_peeked, SocketFlags.Peek, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // Whoever looks next finds out.
        }
    }

    public void Dispose()
    {
        _direct.Dispose();
        _socket.Dispose();
    }

    private static UnixDomainSocketEndPoint Address(string name)
    {
        int bytes = Encoding.UTF8.GetByteCount(name);
        return bytes is > 0 and <= LongestName
            ? new UnixDomainSocketEndPoint(IpcAddress.PadAbstract(name))
            : throw new IpcException(IpcStage.Map, Errno.EBADMSG, $"The daemon named a socket '{name}', which is no possible name.");
    }
}
