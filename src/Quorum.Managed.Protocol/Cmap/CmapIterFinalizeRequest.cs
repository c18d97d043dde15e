namespace Quorum.Managed.Protocol.Cmap;

/// <summary>Ends an iterator: cmap_iter_finalize(3).</summary>
/// <param name="Handle">The iterator, as <see cref="CmapIterInitRequest"/> was answered.</param>
/// <remarks>Source: protocol-docs/cmap.md, "ITER_FINALIZE".</remarks>
public readonly record struct CmapIterFinalizeRequest(ulong Handle) : IWireRequest<StatusResponse>
{
    /// <inheritdoc/>
    public static string Name => "cmap iter_finalize";

    /// <inheritdoc/>
    public static int Id => CmapLayout.Iteration.End;

    /// <inheritdoc/>
    public static int Size => CmapLayout.HandleRequestSize;

    /// <inheritdoc/>
    public static int ResponseId => CmapLayout.Iteration.End;

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static CmapIterFinalizeRequest Read(ReadOnlySpan<byte> source) =>
        new(WireReader.ForRequest(source, "ITER_FINALIZE request", Id, Size).UInt64(CmapLayout.HandleInRequest));

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForRequest(destination, Id, Size);
        writer.UInt64(CmapLayout.HandleInRequest, Handle);
        return writer.Length;
    }
}
