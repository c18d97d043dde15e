namespace Quorum.Managed.Protocol.Cfg;

/// <summary>Asks cfg for the state of all links, as text: corosync_cfg_ring_status_get(3).</summary>
/// <remarks>Source: protocol-docs/cfg.md, "RINGSTATUSGET".</remarks>
public readonly record struct RingStatusRequest : IWireRequest<RingStatusResponse>
{
    /// <inheritdoc/>
    public static string Name => "cfg ring_status_get";

    /// <inheritdoc/>
    public static int Id => CfgLayout.RingStatus.Id;

    /// <inheritdoc/>
    public static int Size => CfgLayout.BareSize;

    /// <inheritdoc/>
    public static int ResponseId => CfgLayout.RingStatus.Id;

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static RingStatusRequest Read(ReadOnlySpan<byte> source)
    {
        _ = WireReader.ForRequest(source, "RINGSTATUSGET request", Id, Size);
        return default;
    }

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination) => WireWriter.ForRequest(destination, Id, Size).Length;
}
