using System.Net.Sockets;
using Quorum.Managed.Ipc.SharedMemory;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing.Server;

// Three rings; doorbells for requests and events on the setup socket, which the connection owns.
internal sealed class SharedMemoryChannel : ServerChannel
{
    private static readonly byte[] Bells = new byte[256];
    private readonly Socket _setup;
    private readonly ServerRing[] _rings = new ServerRing[3];
    private readonly RingReader _requests;
    private readonly RingWriter _responses;
    private readonly RingWriter _events;
    private int _owedBells;

    public SharedMemoryChannel(Socket setup, ChannelDirectory directory, uint maxMessageSize, uint claimedExtraWords)
    {
        _setup = setup;
        try
        {
            _rings[0] = new ServerRing(directory, "request", maxMessageSize, claimedExtraWords);
            _rings[1] = new ServerRing(directory, "response", maxMessageSize, claimedExtraWords);
            _rings[2] = new ServerRing(directory, "event", maxMessageSize, claimedExtraWords);
        }
        catch
        {
            Dispose();
            throw;
        }

        _requests = new RingReader(_rings[0].Memory);
        _responses = new RingWriter(_rings[1].Memory);
        _events = new RingWriter(_rings[2].Memory);
    }

    // Bytes of the largest request that fits.
    public int LargestRequest => (int)(_rings[0].Memory.Capacity * 4);

    public override ConnectResponse Describe(ConnectResponse answer) => answer with
    {
        ConnectionType = IpcConnectionType.SharedMemory,
        RequestName = _rings[0].Prefix,
        ResponseName = _rings[1].Prefix,
        EventName = _rings[2].Prefix,
    };

    // Takes the next request and returns its length, or -1 when there is none.
    public int TryReadRequest(Span<byte> destination) => _requests.TryRead(destination);

    public override void Respond(ReadOnlySpan<byte> response) => _ = _responses.TryWrite(response);

    // Beside the writer, whose own index does not move: the connection is of no use afterwards.
    public override void RespondDamaged(ReadOnlySpan<byte> response, uint? claimedSize, uint? magic)
    {
        RingMemory ring = _rings[1].Memory;
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

        _owedBells++;
        _ = Flush();
        return true;
    }

    public override bool Flush()
    {
        while (_owedBells > 0)
        {
            int sent = _setup.Send(Bells.AsSpan(0, Math.Min(_owedBells, Bells.Length)), SocketFlags.None, out SocketError error);
            if (error != SocketError.Success || sent <= 0)
            {
                // Full, or gone, which the setup socket's reader finds out.
                return error is not (SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable);
            }

            _owedBells -= sent;
        }

        return true;
    }

    public override void SetFlowControl(int value) => Volatile.Write(ref _rings[0].Memory.FlowControl, value);

    public override void Dispose()
    {
        foreach (ServerRing? ring in _rings)
        {
            ring?.Dispose();
        }
    }
}
