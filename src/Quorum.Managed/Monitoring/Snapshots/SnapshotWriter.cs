using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// Writes each snapshot from the one before it. It decides nothing: QuorumEvaluator does.
internal sealed class SnapshotWriter(TokenLease? lease, TimeProvider time)
{
    public ToldMembership Told { get; set; } = new();

    public SnapshotParts Parts { get; } = new();

    // A new object after each call. Its Version stays if only the confirmation or the lease changed.
    public QuorumSnapshot Snapshot { get; private set; } = new()
    {
        State = QuorumState.Unknown,
        UnknownReason = QuorumUnknownReason.NotStarted,
        Since = time.GetUtcNow(),
    };

    // What the daemon has confirmed.
    public void Confirm(
        QuorumState state,
        QuorumUnknownReason reason,
        ToldQuorum quorum,
        bool changing,
        QuorumBasis basis,
        Contact contact,
        Exception? error)
    {
        bool sameRing = Snapshot.RingId == quorum.RingId && Snapshot.RingSequence == quorum.RingSequence;
        (NodeList joined, NodeList left) = Told.TakeChange()
            ?? (sameRing ? (Snapshot.Joined, Snapshot.Left) : (NodeList.Empty, NodeList.Empty));
        Publish(Snapshot with
        {
            State = state,
            UnknownReason = reason,
            Basis = state == QuorumState.Quorate ? basis : QuorumBasis.None,
            RingId = quorum.RingId,
            RingSequence = quorum.RingSequence,
            Members = quorum.Members,
            Joined = joined,
            Left = left,
            IsChanging = changing,
            LastConfirmed = contact.Utc,
            ConfirmedAt = contact.At,
            Error = error,
        });
    }

    // The last snapshot stands, confirmed anew, while the membership changes.
    public void Refresh(Contact contact, Exception? error) =>
        Publish(Snapshot with
        {
            IsChanging = true,
            LastConfirmed = contact.Utc,
            ConfirmedAt = contact.At,
            Error = error,
        });

    // The last snapshot stands, and grows old, while the membership changes.
    public void Keep(Exception? error) => Publish(Snapshot with { IsChanging = true, Error = error });

    // What is so without the daemon.
    public void Say(QuorumState state, QuorumUnknownReason reason, bool changing, Exception? error) =>
        Publish(Snapshot with
        {
            State = state,
            UnknownReason = reason,
            Basis = QuorumBasis.None,
            IsChanging = changing,
            Error = error,
        });

    private void Publish(QuorumSnapshot next)
    {
        QuorumSnapshot last = Snapshot;
        if (last.UnknownReason == QuorumUnknownReason.Stopped)
        {
            return;
        }

        if (next.State != last.State)
        {
            next = next with { Since = time.GetUtcNow() };
        }

        next = Parts.AddTo(WithLease(next));
        Snapshot = SnapshotComparison.IsSame(next, last) ? next : next with { Version = last.Version + 1 };
    }

    private QuorumSnapshot WithLease(QuorumSnapshot next) =>
        next.IsQuorate && lease?.End is { } end
            ? next with
            {
                Basis = QuorumBasis.TokenCounter,
                LeaseEnd = Nanoseconds.Of(end, time),
                ValidUntil = time.GetUtcNow() + time.GetElapsedTime(time.GetTimestamp(), end),
            }
            : next with { LeaseEnd = null, ValidUntil = null };
}
