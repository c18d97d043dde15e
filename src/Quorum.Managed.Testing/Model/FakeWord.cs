using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

// What a test tells a fake monitor. Without members the last ones stay.
internal sealed record FakeWord(
    QuorumState State, QuorumUnknownReason Reason, NodeList? Members, Exception? Error, TimeSpan? Lease)
{
    // corosync counts rings by four.
    private const ulong Step = 4;

    public QuorumSnapshot After(QuorumSnapshot last, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        NodeList members = Members ?? last.Members;
        bool sameRing = Members is null || (last.RingId is not null && members == last.Members);
        RingId? ring = sameRing
            ? last.RingId
            : new RingId(members[0], (last.RingId?.Sequence ?? 1) + Step);
        return last with
        {
            State = State,
            UnknownReason = Reason,
            Basis = State != QuorumState.Quorate
                ? QuorumBasis.None
                : Lease is null ? QuorumBasis.Timing : QuorumBasis.TokenCounter,
            RingId = ring,
            RingSequence = ring?.Sequence,
            Members = members,
            Joined = sameRing ? last.Joined : Except(members, last.Members),
            Left = sameRing ? last.Left : Except(last.Members, members),
            Since = State == last.State ? last.Since : now,
            LastConfirmed = State == QuorumState.Unknown ? last.LastConfirmed : now,
            ValidUntil = now + Lease,
            LeaseEnd = Lease is { } lease
                ? Nanoseconds.Of(time.GetTimestamp(), time) + (lease.Ticks * TimeSpan.NanosecondsPerTick)
                : null,
            Error = Error,
            Version = last.Version + 1,
        };
    }

    private static NodeList Except(NodeList one, NodeList other) =>
        NodeList.Create([.. one.Where(node => !other.Contains(node))]);
}
