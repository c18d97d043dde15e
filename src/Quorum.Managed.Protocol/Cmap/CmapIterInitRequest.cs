namespace Quorum.Managed.Protocol.Cmap;

/// <summary>
/// Begins to list the keys with a prefix: cmap_iter_init(3). The daemon keeps the iterator until
/// <see cref="CmapIterFinalizeRequest"/> or the end of the connection.
/// </summary>
/// <remarks>Source: protocol-docs/cmap.md, "ITER_INIT".</remarks>
public readonly record struct CmapIterInitRequest : IWireRequest<CmapHandleResponse>
{
    /// <summary>Creates the request.</summary>
    /// <param name="prefix">
    /// What the keys begin with, at most 255 bytes in UTF-8, without a NUL. Empty for all keys.
    /// </param>
    /// <exception cref="ArgumentException">The prefix cannot be sent.</exception>
    public CmapIterInitRequest(string prefix) => Prefix = CmapKeys.CheckedPrefix(prefix, nameof(prefix));

    /// <inheritdoc/>
    public static string Name => "cmap iter_init";

    /// <inheritdoc/>
    public static int Id => CmapLayout.Iteration.Init;

    /// <inheritdoc/>
    public static int Size => CmapLayout.Iteration.InitSize;

    /// <inheritdoc/>
    public static int ResponseId => CmapLayout.Iteration.Init;

    /// <summary>The prefix; null in the default value, which cannot be sent.</summary>
    public string Prefix { get; }

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">
    /// Too few bytes, a wrong id or size in the header, or a prefix without a NUL or not in UTF-8.
    /// </exception>
    public static CmapIterInitRequest Read(ReadOnlySpan<byte> source)
    {
        const string Message = "ITER_INIT request";
        _ = WireReader.ForRequest(source, Message, Id, Size);
        return new CmapIterInitRequest(CmapKeys.ReadName(source, CmapLayout.Iteration.Prefix, Message));
    }

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination)
    {
        _ = CmapKeys.CheckedPrefix(Prefix, nameof(Prefix));
        WireWriter writer = WireWriter.ForRequest(destination, Id, Size);
        CmapKeys.WriteName(destination, CmapLayout.Iteration.Prefix, Prefix);
        return writer.Length;
    }
}
