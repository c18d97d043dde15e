using Quorum.Managed.Protocol.Layout;

namespace Quorum.Managed.Protocol;

/// <summary>Ends the events: quorum_trackstop(3). Answered by <see cref="StatusResponse"/>, with success even when none were asked for.</summary>
/// <remarks>Source: protocol-docs/quorum-messages.md, "TRACKSTOP".</remarks>
public readonly record struct TrackStopRequest
{
    /// <summary>Bytes of the message.</summary>
    public const int Size = RequestLayout.BareSize;

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static TrackStopRequest Read(ReadOnlySpan<byte> source)
    {
        _ = WireReader.ForRequest(source, "TRACKSTOP request", RequestIds.TrackStop, Size);
        return default;
    }

    /// <summary>Writes the message; padding is zero.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written: <see cref="Size"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination) => WireWriter.ForRequest(destination, RequestIds.TrackStop, Size).Length;
}
