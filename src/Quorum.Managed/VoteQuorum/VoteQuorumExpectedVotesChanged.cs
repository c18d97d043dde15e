namespace Quorum.Managed;

/// <summary>The expected votes were set, perhaps to the same number.</summary>
/// <remarks>Source: votequorum_trackstart(3).</remarks>
public sealed record VoteQuorumExpectedVotesChanged : VoteQuorumNotification
{
    /// <summary>Creates it.</summary>
    /// <param name="context">The number of the trackstart.</param>
    /// <param name="expectedVotes">The expected votes.</param>
    public VoteQuorumExpectedVotesChanged(ulong context, uint expectedVotes)
        : base(context) =>
        ExpectedVotes = expectedVotes;

    /// <summary>The expected votes.</summary>
    public uint ExpectedVotes { get; }
}
