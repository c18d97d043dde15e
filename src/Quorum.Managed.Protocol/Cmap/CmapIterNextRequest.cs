namespace Quorum.Managed.Protocol.Cmap;

/// <summary>Asks for the next key of an iterator: cmap_iter_next(3).</summary>
/// <param name="Handle">The iterator, as <see cref="CmapIterInitRequest"/> was answered.</param>
/// <remarks>Source: protocol-docs/cmap.md, "ITER_NEXT".</remarks>
public readonly record struct CmapIterNextRequest(ulong Handle) : IWireRequest<CmapIterNextResponse>
{
    /// <inheritdoc/>
    public static string Name => "cmap iter_next";

    /// <inheritdoc/>
    public static int Id => CmapLayout.Iteration.Next;

    /// <inheritdoc/>
    public static int Size => CmapLayout.HandleRequestSize;

    /// <inheritdoc/>
    public static int ResponseId => CmapLayout.Iteration.Next;

    /// <summary>That there are no more keys is an answer.</summary>
    /// <param name="error">The error of the answer.</param>
    /// <returns>Whether it is <see cref="CorosyncError.Ok"/> or <see cref="CorosyncError.NoSections"/>.</returns>
    public static bool IsAnswer(CorosyncError error) => error is CorosyncError.Ok or CorosyncError.NoSections;

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static CmapIterNextRequest Read(ReadOnlySpan<byte> source) =>
        new(WireReader.ForRequest(source, "ITER_NEXT request", Id, Size).UInt64(CmapLayout.HandleInRequest));

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForRequest(destination, Id, Size);
        writer.UInt64(CmapLayout.HandleInRequest, Handle);
        return writer.Length;
    }
}
