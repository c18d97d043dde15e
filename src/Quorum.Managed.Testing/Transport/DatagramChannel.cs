using System.IO.MemoryMappedFiles;
using System.Net.Sockets;
using Quorum.Managed.Ipc;
using Quorum.Managed.Ipc.Sockets;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

// Two datagram sockets, one for requests with their responses and one for events. One datagram is one message. The
// client connects its sockets to these when it opens its end. Each of these connects back at its first send. The
// control file has the counters of messages that were sent and not yet received.
internal sealed unsafe class DatagramChannel : ServerChannel
{
    // The rest of a longer request is dropped. No request of the quorum service is longer.
    public const int LargestRequest = 4096;

    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _control;
    private readonly string _controlPath;
    private readonly string _name;
    private readonly Socket _requests;
    private readonly Socket _events;
    private bool _requestsConnected;
    private bool _eventsConnected;

    // createInside runs a function that creates a socket, for example in another network namespace. Null runs it here.
    public DatagramChannel(ChannelDirectory directory, uint maxMessageSize, Func<Func<Socket>, Socket>? createInside)
        : base(directory)
    {
        _controlPath = directory.PathOf("control");
        _name = directory.SocketPrefix;
        _view = directory.CreateFile(_controlPath, ControlLayout.Bytes);
        byte* address = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        _control = address + _view.PointerOffset;
        Socket? requests = null;
        try
        {
            requests = Open(_name + "-request", maxMessageSize, createInside);
            _events = Open(_name + "-event-tx", maxMessageSize, createInside);
            _requests = requests;
        }
        catch (SocketException e)
        {
            requests?.Dispose();
            Unmap();
            throw new HandshakeRefusedException(e.ErrorCode, e.Message);
        }
    }

    public ValueTask<int> ReceiveAsync(Memory<byte> request, CancellationToken cancellationToken) =>
        _requests.ReceiveAsync(request, SocketFlags.None, cancellationToken);

    // A request was received: the client sees that there is room for another.
    public void CountRequest() => Interlocked.Decrement(ref Control(ControlLayout.RequestSent));

    public override ConnectResponse Describe(ConnectResponse answer) => answer with
    {
        ConnectionType = IpcConnectionType.Socket,
        RequestName = _controlPath,
        ResponseName = _name,
    };

    public override void Respond(ReadOnlySpan<byte> response)
    {
        if (!Connect(_requests, "-response", ref _requestsConnected))
        {
            return;
        }

        int sent = _requests.Send(response, SocketFlags.None, out SocketError error);
        if (sent == response.Length && error == SocketError.Success)
        {
            Interlocked.Increment(ref Control(ControlLayout.ResponseSent));
        }
    }

    // A datagram has neither magic nor size.
    public override void RespondDamaged(ReadOnlySpan<byte> response, uint? claimedSize, uint? magic) =>
        Respond(response);

    public override bool TrySendEvent(ReadOnlySpan<byte> message)
    {
        if (!Connect(_events, "-event", ref _eventsConnected))
        {
            return true; // The client has closed its end. The reader of the setup socket notices that.
        }

        _ = _events.Send(message, SocketFlags.None, out SocketError error);
        if (error is SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable)
        {
            return false;
        }

        if (error == SocketError.Success)
        {
            Interlocked.Increment(ref Control(ControlLayout.EventSent));
        }

        return true;
    }

    public override bool Flush() => true;

    public override void SetFlowControl(int value) =>
        Volatile.Write(ref Control(ControlLayout.RequestFlowControl), value);

    public override void Dispose()
    {
        _requests.Dispose();
        _events.Dispose();
        Unmap();
    }

    private static Socket Open(string name, uint maxMessageSize, Func<Func<Socket>, Socket>? createInside)
    {
        return createInside is null ? Bind() : createInside(Bind);

        Socket Bind()
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
            try
            {
                socket.Bind(IpcAddress.Abstract(name).ToEndPoint());
                int bytes = (int)Math.Min(maxMessageSize, int.MaxValue / 2);
                socket.SendBufferSize = Math.Max(socket.SendBufferSize, bytes);
                socket.ReceiveBufferSize = Math.Max(socket.ReceiveBufferSize, bytes);
                return socket;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    // Tries once, at the first send. A client binds its names before its first request, so a failure means that it is
    // gone.
    private bool Connect(Socket socket, string suffix, ref bool connected)
    {
        if (!connected)
        {
            connected = true;
            try
            {
                socket.Connect(IpcAddress.Abstract(_name + suffix).ToEndPoint());
            }
            catch (SocketException)
            {
                // The socket stays unconnected, and the result says so.
            }
        }

        return socket.Connected;
    }

    private ref int Control(int offset) => ref *(int*)(_control + offset);

    private void Unmap()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
    }
}
