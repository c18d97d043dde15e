namespace Quorum.Managed.Protocol.Cmap;

/// <summary>Ends the events of a tracker: cmap_track_delete(3). The answer has the tracker's tag.</summary>
/// <param name="Handle">The tracker, as <see cref="CmapTrackAddRequest"/> was answered.</param>
/// <remarks>Source: protocol-docs/cmap.md, "TRACK_DELETE".</remarks>
public readonly record struct CmapTrackDeleteRequest(ulong Handle) : IWireRequest<CmapHandleResponse>
{
    /// <inheritdoc/>
    public static string Name => "cmap track_delete";

    /// <inheritdoc/>
    public static int Id => CmapLayout.Tracking.Delete;

    /// <inheritdoc/>
    public static int Size => CmapLayout.HandleRequestSize;

    /// <inheritdoc/>
    public static int ResponseId => CmapLayout.Tracking.Delete;

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static CmapTrackDeleteRequest Read(ReadOnlySpan<byte> source) =>
        new(WireReader.ForRequest(source, "TRACK_DELETE request", Id, Size).UInt64(CmapLayout.HandleInRequest));

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForRequest(destination, Id, Size);
        writer.UInt64(CmapLayout.HandleInRequest, Handle);
        return writer.Length;
    }
}
