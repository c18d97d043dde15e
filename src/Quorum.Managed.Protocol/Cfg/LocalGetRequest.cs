namespace Quorum.Managed.Protocol.Cfg;

/// <summary>Asks cfg for the own node's id: corosync_cfg_local_get(3).</summary>
/// <remarks>Source: protocol-docs/cfg.md, "LOCAL_GET".</remarks>
public readonly record struct LocalGetRequest : IWireRequest<LocalGetResponse>
{
    /// <inheritdoc/>
    public static string Name => "cfg local_get";

    /// <inheritdoc/>
    public static int Id => CfgLayout.LocalNode.Id;

    /// <inheritdoc/>
    public static int Size => CfgLayout.BareSize;

    /// <inheritdoc/>
    public static int ResponseId => CfgLayout.LocalNode.ResponseId;

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static LocalGetRequest Read(ReadOnlySpan<byte> source)
    {
        _ = WireReader.ForRequest(source, "LOCAL_GET request", Id, Size);
        return default;
    }

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination) => WireWriter.ForRequest(destination, Id, Size).Length;
}
