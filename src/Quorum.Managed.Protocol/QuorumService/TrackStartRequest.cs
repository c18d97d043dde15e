namespace Quorum.Managed.Protocol;

/// <summary>Asks for events: quorum_trackstart(3). The first events come before the answer.</summary>
/// <param name="Flags">What to send, and when. The daemon accepts any bits.</param>
/// <remarks>Source: protocol-docs/quorum-messages.md, "TRACKSTART".</remarks>
public readonly record struct TrackStartRequest(TrackFlags Flags) : IWireRequest<StatusResponse>
{
    /// <inheritdoc/>
    public static string Name => "trackstart";

    /// <inheritdoc/>
    public static int Id => QuorumRequestIds.TrackStart;

    /// <inheritdoc/>
    public static int Size => QuorumRequestLayout.OneNumberSize;

    /// <inheritdoc/>
    public static int ResponseId => QuorumResponseIds.TrackStart;

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static TrackStartRequest Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = WireReader.ForRequest(source, "TRACKSTART request", Id, Size);
        return new TrackStartRequest((TrackFlags)reader.UInt32(QuorumRequestLayout.TrackStartFlags));
    }

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForRequest(destination, Id, Size);
        writer.UInt32(QuorumRequestLayout.TrackStartFlags, (uint)Flags);
        return writer.Length;
    }
}
