using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// ring: the membership that the votes are of. Null with votes that could not be read.
internal sealed record VotesReading(ClusterPart Part, RingId? Ring, ClusterVotes? Votes) : PartReading(Part)
{
    // The votes of another ring would belong to other members. Those of this ring follow, or have come too early.
    public override QuorumSnapshot AddTo(QuorumSnapshot snapshot) => Votes is null || IsOf(snapshot)
        ? snapshot with { Votes = Votes, VotesPart = Part }
        : snapshot with { Votes = null, VotesPart = Part with { ReadAt = null } };

    public override bool Repeats(PartReading? other) =>
        other is VotesReading reading
        && Ring == reading.Ring
        && Votes == reading.Votes
        && AreSame(Part, reading.Part);

    // Model V0 tells the sequence number of a ring alone.
    private bool IsOf(QuorumSnapshot snapshot) =>
        snapshot.RingId is null ? Ring?.Sequence == snapshot.RingSequence : Ring == snapshot.RingId;
}
