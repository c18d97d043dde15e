using System.IO.MemoryMappedFiles;
using System.Net.Sockets;
using Quorum.Managed.Ipc;
using Quorum.Managed.Ipc.Sockets;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing.Server;

// Two datagram sockets of ours, bound to abstract names; the client connects to them when it opens its end, and each is connected back at its
// first send. One datagram is one message. The counters are in the control file.
internal sealed unsafe class DatagramChannel : ServerChannel
{
    private const int LargestQuorumRequest = 4096;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _control;
    private readonly string _controlPath;
    private readonly string _name;
    private readonly Socket _requests;
    private readonly Socket _events;
    private bool _requestsConnected;
    private bool _eventsConnected;

    public DatagramChannel(ChannelDirectory directory, uint maxMessageSize, Func<Func<Socket>, Socket>? inside)
    {
        _controlPath = $"{directory.Path}/qb-control-quorum";
        _name = $"{directory.Path}/qb-quorum";
        _view = directory.CreateFile(_controlPath, ControlLayout.Bytes);
        byte* address = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        _control = address + _view.PointerOffset;
        Socket? requests = null;
        try
        {
            requests = Open(_name + "-request", maxMessageSize, inside);
            _events = Open(_name + "-event-tx", maxMessageSize, inside);
            _requests = requests;
        }
        catch (SocketException e)
        {
            requests?.Dispose();
            Unmap();
            throw new ServerErrorException(e.ErrorCode, e.Message);
        }
    }

    public static int LargestRequest => LargestQuorumRequest;

    public ValueTask<int> ReceiveAsync(Memory<byte> request, CancellationToken cancellationToken) =>
        _requests.ReceiveAsync(request, SocketFlags.None, cancellationToken);

    public void CountRequest() => Interlocked.Decrement(ref Control(ControlLayout.RequestSent));

    public override ConnectResponse Describe(ConnectResponse answer) => answer with
    {
        ConnectionType = IpcConnectionType.Socket,
        RequestName = _controlPath,
        ResponseName = _name,
    };

    public override void Respond(ReadOnlySpan<byte> response)
    {
        if (Connect(_requests, "-response", ref _requestsConnected)
            && _requests.Send(response, SocketFlags.None, out SocketError error) == response.Length && error == SocketError.Success)
        {
            Interlocked.Increment(ref Control(ControlLayout.ResponseSent));
        }
    }

    // There is no chunk whose magic or size could lie.
    public override void RespondDamaged(ReadOnlySpan<byte> response, uint? claimedSize, uint? magic) => Respond(response);

    public override bool TrySendEvent(ReadOnlySpan<byte> message)
    {
        if (!Connect(_events, "-event", ref _eventsConnected))
        {
            return true; // the client has gone, which the setup socket tells
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

    public override void SetFlowControl(int value) => Volatile.Write(ref Control(ControlLayout.RequestFlowControl), value);

    public override void Dispose()
    {
        _requests.Dispose();
        _events.Dispose();
        Unmap();
    }

    private static Socket Open(string name, uint maxMessageSize, Func<Func<Socket>, Socket>? inside)
    {
        return inside is null ? Bind() : inside(Bind);

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

    // Once: a client that has not bound its names by its first request has gone.
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
                // Seen just below.
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
