namespace Quorum.Managed.Protocol;

/// <summary>Ends the events: quorum_trackstop(3). It succeeds also when none were asked for.</summary>
/// <remarks>Source: protocol-docs/quorum-messages.md, "TRACKSTOP".</remarks>
public readonly record struct TrackStopRequest : IWireRequest<StatusResponse>
{
    /// <inheritdoc/>
    public static string Name => "trackstop";

    /// <inheritdoc/>
    public static int Id => QuorumRequestIds.TrackStop;

    /// <inheritdoc/>
    public static int Size => QuorumRequestLayout.BareSize;

    /// <inheritdoc/>
    public static int ResponseId => QuorumResponseIds.TrackStop;

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static TrackStopRequest Read(ReadOnlySpan<byte> source)
    {
        _ = WireReader.ForRequest(source, "TRACKSTOP request", Id, Size);
        return default;
    }

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination) => WireWriter.ForRequest(destination, Id, Size).Length;
}
