using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

// Decides whether a partition is quorate, as votequorum does: by more than half of the expected votes.
internal sealed class QuorumRule(QuorumType type, int expectedVotes)
{
    public QuorumType Type => type;

    public int ExpectedVotes { get; set; } = expectedVotes;

    // The answer for every partition, whatever its votes are. Null counts the votes.
    public bool? Forced { get; set; }

    // Without a provider corosync counts no votes, and every partition is quorate.
    public bool IsQuorate(int votes) => type == QuorumType.Free || (Forced ?? votes >= (ExpectedVotes / 2) + 1);
}
