using Quorum.Managed.Protocol;

namespace Quorum.Managed.Gateway;

// One change of the state or of the members, for people. Immutable.
internal sealed record Change(
    DateTimeOffset Time, QuorumState State, QuorumUnknownReason Reason, RingId? RingId, NodeList Members)
{
    public static Change Of(QuorumSnapshot snapshot, DateTimeOffset now) =>
        new(now, snapshot.State, snapshot.UnknownReason, snapshot.RingId, snapshot.Members);

    public bool IsSameAs(Change other) => this with { Time = other.Time } == other;
}
