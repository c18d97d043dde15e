namespace Quorum.Managed.Protocol.VoteQuorum;

/// <summary>Asks votequorum for events: votequorum_trackstart(3). The first events come before the answer.</summary>
/// <param name="Context">A number of the client's, which comes with each event.</param>
/// <param name="Flags">What to send, and when. The daemon accepts any bits.</param>
/// <remarks>Source: protocol-docs/votequorum.md, "TRACKSTART".</remarks>
public readonly record struct VoteQuorumTrackStartRequest(ulong Context, TrackFlags Flags)
    : IWireRequest<StatusResponse>
{
    /// <inheritdoc/>
    public static string Name => "votequorum trackstart";

    /// <inheritdoc/>
    public static int Id => VoteQuorumLayout.TrackStart;

    /// <inheritdoc/>
    public static int Size => VoteQuorumLayout.TrackStartRequest.Size;

    /// <inheritdoc/>
    public static int ResponseId => VoteQuorumLayout.StatusResponse;

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static VoteQuorumTrackStartRequest Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = WireReader.ForRequest(source, "votequorum TRACKSTART request", Id, Size);
        return new VoteQuorumTrackStartRequest(
            reader.UInt64(VoteQuorumLayout.TrackStartRequest.Context),
            (TrackFlags)reader.UInt32(VoteQuorumLayout.TrackStartRequest.Flags));
    }

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForRequest(destination, Id, Size);
        writer.UInt64(VoteQuorumLayout.TrackStartRequest.Context, Context);
        writer.UInt32(VoteQuorumLayout.TrackStartRequest.Flags, (uint)Flags);
        return writer.Length;
    }
}
