namespace Quorum.Managed.Protocol.Cfg;

/// <summary>
/// Asks cfg no longer to be asked: corosync_cfg_trackstop(3). A request that is open then counts as answered yes.
/// Never send it to corosync 2.x, which does not check the id and can crash.
/// </summary>
/// <remarks>Source: protocol-docs/cfg.md, "TRACKSTART and TRACKSTOP".</remarks>
public readonly record struct CfgTrackStopRequest : IWireRequest<StatusResponse>
{
    /// <inheritdoc/>
    public static string Name => "cfg trackstop";

    /// <inheritdoc/>
    public static int Id => CfgLayout.Track.StopId;

    /// <inheritdoc/>
    public static int Size => CfgLayout.BareSize;

    /// <inheritdoc/>
    public static int ResponseId => CfgLayout.Track.StopResponseId;

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static CfgTrackStopRequest Read(ReadOnlySpan<byte> source)
    {
        _ = WireReader.ForRequest(source, "cfg TRACKSTOP request", Id, Size);
        return default;
    }

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination) => WireWriter.ForRequest(destination, Id, Size).Length;
}
