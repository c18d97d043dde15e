using Quorum.Managed.Protocol.Layout;

namespace Quorum.Managed.Protocol;

/// <summary>Asks for events: quorum_trackstart(3). Answered by <see cref="StatusResponse"/>, after the first events.</summary>
/// <param name="Flags">What to send, and when; the daemon takes any bits.</param>
/// <remarks>Source: protocol-docs/quorum-messages.md, "TRACKSTART".</remarks>
public readonly record struct TrackStartRequest(TrackFlags Flags)
{
    /// <summary>Bytes of the message.</summary>
    public const int Size = RequestLayout.OneNumberSize;

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static TrackStartRequest Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = WireReader.ForRequest(source, "TRACKSTART request", RequestIds.TrackStart, Size);
        return new TrackStartRequest((TrackFlags)reader.UInt32(RequestLayout.TrackStartFlags));
    }

    /// <summary>Writes the message; padding is zero.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written: <see cref="Size"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForRequest(destination, RequestIds.TrackStart, Size);
        writer.UInt32(RequestLayout.TrackStartFlags, (uint)Flags);
        return writer.Length;
    }
}
