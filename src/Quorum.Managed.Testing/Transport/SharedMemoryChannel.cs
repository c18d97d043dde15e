using System.Net.Sockets;
using Quorum.Managed.Ipc.SharedMemory;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

// Three rings in shared memory. The doorbells of requests and events are bytes on the setup socket, which the
// connection owns.
internal sealed class SharedMemoryChannel : ServerChannel
{
    private static readonly byte[] Doorbells = new byte[256];
    private readonly Socket _setup;
    private readonly ServerRing _requestRing;
    private readonly ServerRing _responseRing;
    private readonly ServerRing _eventRing;
    private readonly RingReader _requests;
    private readonly RingWriter _responses;
    private readonly RingWriter _events;
    private int _unsentDoorbells;

    public SharedMemoryChannel(
        Socket setup, ChannelDirectory directory, uint maxMessageSize, uint claimedExtraWords)
        : base(directory)
    {
        _setup = setup;
        Stack<ServerRing> rings = new();
        try
        {
            foreach (string name in new[] { "request", "response", "event" })
            {
                rings.Push(new ServerRing(directory, name, maxMessageSize, claimedExtraWords));
            }
        }
        catch
        {
            foreach (ServerRing ring in rings)
            {
                ring.Dispose();
            }

            throw;
        }

        _eventRing = rings.Pop();
        _responseRing = rings.Pop();
        _requestRing = rings.Pop();
        _requests = new RingReader(_requestRing.Memory);
        _responses = new RingWriter(_responseRing.Memory);
        _events = new RingWriter(_eventRing.Memory);
    }

    // The size of the ring in bytes, which no request exceeds.
    public int LargestRequest => (int)(_requestRing.Memory.Capacity * sizeof(uint));

    public override ConnectResponse Describe(ConnectResponse answer) => answer with
    {
        ConnectionType = IpcConnectionType.SharedMemory,
        RequestName = _requestRing.Prefix,
        ResponseName = _responseRing.Prefix,
        EventName = _eventRing.Prefix,
    };

    // Copies the next request out of the ring and returns its length, or -1 when there is none.
    public int TryReadRequest(Span<byte> destination) => _requests.TryRead(destination);

    public override void Respond(ReadOnlySpan<byte> response) => _ = _responses.TryWrite(response);

    // Writes past the ring's writer, whose own index does not move. No response can be sent after this one.
    public override void RespondDamaged(ReadOnlySpan<byte> response, uint? claimedSize, uint? magic)
    {
        RingMemory ring = _responseRing.Memory;
        uint index = ring.WriteIndex;
        ring.CopyIn(index + RingLayout.ChunkHeaderWords, response);
        ring.Word(index + RingLayout.ChunkSize) = claimedSize ?? (uint)response.Length;
        Volatile.Write(ref ring.WriteIndex, ring.Next(index, (uint)response.Length));
        Volatile.Write(ref ring.Word(index + RingLayout.ChunkMagic), magic ?? RingLayout.MagicCommitted);
        ring.Semaphore.Post();
    }

    public override bool TrySendEvent(ReadOnlySpan<byte> message)
    {
        if (!_events.TryWrite(message))
        {
            return false;
        }

        _unsentDoorbells++;
        _ = Flush();
        return true;
    }

    public override bool Flush()
    {
        while (_unsentDoorbells > 0)
        {
            ReadOnlySpan<byte> doorbells = Doorbells.AsSpan(0, Math.Min(_unsentDoorbells, Doorbells.Length));
            int sent = _setup.Send(doorbells, SocketFlags.None, out SocketError error);
            if (error != SocketError.Success || sent <= 0)
            {
                // The socket is full, or the client has closed it. The reader of the setup socket notices the latter.
                return error is not (SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable);
            }

            _unsentDoorbells -= sent;
        }

        return true;
    }

    public override void SetFlowControl(int value) => Volatile.Write(ref _requestRing.Memory.FlowControl, value);

    public override void Dispose()
    {
        _requestRing.Dispose();
        _responseRing.Dispose();
        _eventRing.Dispose();
    }
}
