using System.Net.Sockets;

namespace Quorum.Managed.TestSupport.Raw;

/// <summary>
/// The daemon's side of a shared-memory connection: three rings, and the doorbells on the setup socket. Written from
/// protocol-docs/shared-memory-rings.md.
/// </summary>
internal sealed class RawRings : IRawTransport
{
    private readonly RawPeer _peer;
    private readonly RawRing[] _rings;

    public RawRings(RawPeer peer, string directory, uint maxMessageSize)
    {
        _peer = peer;
        Names = [.. ((string[])["request", "response", "event"]).Select(kind => $"{directory}/qb-{kind}-quorum")];
        _rings = [.. Names.Select(name => new RawRing(name, maxMessageSize))];
    }

    /// <summary>The file names' beginnings, as the handshake gives them.</summary>
    public string[] Names { get; }

    public RawRing Request => _rings[0];

    public RawRing Response => _rings[1];

    public RawRing Event => _rings[2];

    public bool HasRequest => Request.SemaphoreValue != 0 || _peer.Socket.Available != 0;

    public ref int FlowControl => ref Request.FlowControl;

    public byte[] ReadRequest()
    {
        _ = _peer.Receive(1);
        return Request.Read() ?? throw new InvalidDataException("A doorbell rang, but the request ring is empty.");
    }

    public void Respond(ReadOnlySpan<byte> response)
    {
        if (!Response.Write(response))
        {
            throw new InvalidOperationException("The response ring is full.");
        }
    }

    public bool SendEvent(ReadOnlySpan<byte> message)
    {
        if (!Event.Write(message))
        {
            return false;
        }

        _peer.Send([0]);
        return true;
    }

    // The doorbells' socket is the peer's, which closes it. The client keeps its mapping of the rings.
    public void Close()
    {
    }

    public void Dispose() => Array.ForEach(_rings, static ring => ring.Dispose());
}
