using Quorum.Managed.Protocol.VoteQuorum;

namespace Quorum.Managed.Protocol;

/// <summary>The expected votes were set: what votequorum's expected votes callback gets.</summary>
/// <param name="Context">The number of the client's trackstart.</param>
/// <param name="ExpectedVotes">The expected votes; they can be the same as before.</param>
/// <remarks>
/// Source: votequorum_trackstart(3), protocol-docs/votequorum.md, "Expected votes notification".
/// </remarks>
public readonly record struct VoteQuorumExpectedVotesEvent(ulong Context, uint ExpectedVotes)
    : IWireEvent<VoteQuorumExpectedVotesEvent>
{
    /// <inheritdoc/>
    public static int Id => VoteQuorumLayout.ExpectedVotesEvent;

    /// <summary>Bytes of the message.</summary>
    public static int Size => VoteQuorumLayout.ExpectedVotes.Size;

    /// <inheritdoc/>
    public static VoteQuorumExpectedVotesEvent Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = WireReader.ForEvent(source, "expected votes notification", Id, Size);
        return new VoteQuorumExpectedVotesEvent(
            reader.UInt64(VoteQuorumLayout.ExpectedVotes.Context),
            reader.UInt32(VoteQuorumLayout.ExpectedVotes.Expected));
    }

    /// <summary>Writes the message; padding is zero.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForResponse(destination, Id, Size, CorosyncError.Ok);
        writer.UInt64(VoteQuorumLayout.ExpectedVotes.Context, Context);
        writer.UInt32(VoteQuorumLayout.ExpectedVotes.Expected, ExpectedVotes);
        return writer.Length;
    }
}
