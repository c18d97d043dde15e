namespace Quorum.Managed;

// Whether two snapshots say the same, so that the second is no change.
internal static class SnapshotComparison
{
    // Errors are compared by their text, because each attempt to connect makes a new exception.
    public static bool IsSame(QuorumSnapshot one, QuorumSnapshot other) =>
        one.State == other.State
        && one.UnknownReason == other.UnknownReason
        && one.Basis == other.Basis
        && one.RingId == other.RingId
        && one.RingSequence == other.RingSequence
        && one.Members == other.Members
        && one.Joined == other.Joined
        && one.Left == other.Left
        && one.IsChanging == other.IsChanging
        && SnapshotParts.AreSame(one, other)
        && one.Error?.GetType() == other.Error?.GetType()
        && string.Equals(one.Error?.Message, other.Error?.Message, StringComparison.Ordinal);
}
