namespace Quorum.Managed.Protocol.Cfg;

/// <summary>
/// Asks cfg to be asked before corosync stops: corosync_cfg_trackstart(3). Never send it to corosync 2.x, which does
/// not check the id and can crash.
/// </summary>
/// <remarks>Source: protocol-docs/cfg.md, "TRACKSTART and TRACKSTOP".</remarks>
public readonly record struct CfgTrackStartRequest : IWireRequest<StatusResponse>
{
    /// <inheritdoc/>
    public static string Name => "cfg trackstart";

    /// <inheritdoc/>
    public static int Id => CfgLayout.Track.StartId;

    /// <inheritdoc/>
    public static int Size => CfgLayout.NumberSize;

    /// <inheritdoc/>
    public static int ResponseId => CfgLayout.Track.StartResponseId;

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static CfgTrackStartRequest Read(ReadOnlySpan<byte> source)
    {
        _ = WireReader.ForRequest(source, "cfg TRACKSTART request", Id, Size);
        return default;
    }

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination) => WireWriter.ForRequest(destination, Id, Size).Length;
}
