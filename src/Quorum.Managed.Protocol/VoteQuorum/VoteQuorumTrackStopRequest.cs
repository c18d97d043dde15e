namespace Quorum.Managed.Protocol.VoteQuorum;

/// <summary>
/// Ends the events of votequorum: votequorum_trackstop(3). Unlike that of the quorum service it is refused with
/// <see cref="CorosyncError.NotExist"/> when tracking is not on.
/// </summary>
/// <remarks>Source: protocol-docs/votequorum.md, "TRACKSTOP".</remarks>
public readonly record struct VoteQuorumTrackStopRequest : IWireRequest<StatusResponse>
{
    /// <inheritdoc/>
    public static string Name => "votequorum trackstop";

    /// <inheritdoc/>
    public static int Id => VoteQuorumLayout.TrackStop;

    /// <inheritdoc/>
    public static int Size => VoteQuorumLayout.BareSize;

    /// <inheritdoc/>
    public static int ResponseId => VoteQuorumLayout.StatusResponse;

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static VoteQuorumTrackStopRequest Read(ReadOnlySpan<byte> source)
    {
        _ = WireReader.ForRequest(source, "votequorum TRACKSTOP request", Id, Size);
        return default;
    }

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination) => WireWriter.ForRequest(destination, Id, Size).Length;
}
