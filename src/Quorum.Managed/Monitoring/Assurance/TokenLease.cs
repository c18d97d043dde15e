using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// The lease of protocol-docs/monitor.md, "Leased". It does no I/O and has no lock. QuorumEvaluator owns it.
//
// Invariant: while a lease of this node runs, no ring without this node gives a lease to its members. Both halves are
// here. A lease runs for at most consensus from a time after which every member of the ring was still in it. A ring
// that may exclude somebody gives no yes before consensus has passed since its members left the ring before.
internal sealed class TokenLease(TimeSpan margin, TimeProvider time)
{
    // A pause between two looks of this share of the retransmit time-out is a stall.
    private const double StallShare = 0.25;

    // A node that was not quorate waits longer, so that no other member of its ring still tells a ring without it.
    private static readonly TimeSpan Newcomer = TimeSpan.FromSeconds(1);

    private readonly LeaseTerms _terms = new(margin, time);

    // The rings of this connection, seen through the counters and told by notifications.
    private RingPassage _passage = new();
    private TokenChain? _chain;
    private TokenState? _ring;
    private ulong? _toldRing;
    private bool _isListed;
    private bool _somebodyJoined;
    private bool _somebodyLeft;
    private long? _lookedAt;

    private long? _start;
    private long? _notBefore;

    // The timestamp at which the lease ends; null before the first lease.
    public long? End => _start is { } start ? After(start, _terms.Lease) : null;

    // Why there is none, if none is running.
    public QuorumUnknownReason ReasonForNone =>
        _terms.Refusal is not null ? QuorumUnknownReason.LeaseUnavailable
        : _start is null ? QuorumUnknownReason.Settling
        : QuorumUnknownReason.LeaseExpired;

    public bool IsRunning => End is { } end && time.GetTimestamp() < end;

    // Nodes that the newest ring excludes may still have a lease.
    public bool IsWaiting => _notBefore is not { } from || time.GetTimestamp() < from;

    public QuorumException? Refusal => _terms.Refusal;

    public bool WantsTiming => _terms.IsDue;

    public TimeSpan? LeastLeft => _terms.LeastLeft;

    // A live token and one that was sent again differ by a fifth of their distance. Five looks fit into that.
    public TimeSpan? ProbeInterval =>
        _terms.Timing is { } timing
            ? TimeSpan.FromMilliseconds(Math.Max(2, timing.Retransmit.TotalMilliseconds / 40))
            : null;

    // A new connection, to a daemon of which nothing is known.
    public void Connected()
    {
        _passage = new RingPassage();
        _chain = null;
        _ring = null;
        _toldRing = null;
        _lookedAt = _start = _notBefore = null;
        Forget();
        _terms.ReadAgain();
    }

    // What the counters showed before belongs to another ring.
    public void Notified(QuorumNotification notification)
    {
        _ring = null;
        _chain = null;
        _terms.ReadAgain();
        switch (notification)
        {
            case NodeListChanged list:
                _isListed = true;
                _somebodyJoined |= list.Joined.Count > 0;
                _somebodyLeft |= list.Left.Count > 0;
                break;
            case QuorumChanged { Quorate: false } or QuorumChangedV0 { Quorate: false }:
                // While this node is not quorate, another ring may be.
                _toldRing = null;
                break;
            default:
                break;
        }
    }

    public void TimingRead(TokenTiming? timing)
    {
        if (_terms.Read(timing))
        {
            _chain = null;
        }
    }

    // An answer. confirmed: a yes that was asked after the newest notification. reading: how the counters were read
    // before the question was sent.
    public void Answered(bool confirmed, TokenReading reading)
    {
        if (reading.IsUnavailable)
        {
            _terms.StatisticsUnavailable();
        }

        if (reading.State is not { } state)
        {
            return;
        }

        TimeSpan stall = _lookedAt is { } at ? time.GetElapsedTime(at, reading.ReceivedAt) : TimeSpan.Zero;
        bool first = _lookedAt is null;
        _lookedAt = reading.ReceivedAt;
        _passage.Add(state, reading.SentAt, reading.ReceivedAt);
        if (!confirmed || _terms.Timing is not { } timing)
        {
            _chain = null;
            return;
        }

        if (_ring is null)
        {
            _ring = state;
            Told(state);
        }

        if (!state.IsSameRing(_ring.Value))
        {
            // Another ring is being formed, or was formed and is not told yet. This node may have formed it alone.
            _chain = null;
            return;
        }

        bool stalled = first || stall > timing.Retransmit * StallShare;
        if (_chain is null || stalled)
        {
            ulong queued = stalled ? Queued(timing, stall) : 0;
            _chain = new TokenChain(timing, state, reading.SentAt, queued, time);
        }
        else if (_chain.Add(state.Received, reading.SentAt, reading.ReceivedAt) is { } start
            && _terms.Refusal is null
            && (IsRunning || _chain.Unbroken >= timing.Token))
        {
            // After a lapse: tokens that are sent again end within the token time-out.
            Start(start);
        }
    }

    // How many tokens may lie in the daemon's sockets after a stall. A predecessor that gets no answer gives up after
    // its token time-out, so a longer stall queues no more.
    private static ulong Queued(TokenTiming timing, TimeSpan stall)
    {
        TimeSpan longest = timing.Token + timing.Consensus;
        return 2 + (ulong)Math.Ceiling((stall < longest ? stall : longest) / timing.Retransmit);
    }

    // The first confirmed look at the ring of the newest notification.
    private void Told(TokenState state)
    {
        if (state.OperationalEntered == _toldRing)
        {
            // What was told since is of this ring too.
            Forget();
            return;
        }

        // A member of this ring that was in a ring without this node may have left somebody there with a lease.
        bool isNext = _toldRing is { } told && state.OperationalEntered == told + 1 && _isListed;
        if (_toldRing is null)
        {
            WaitFrom(_passage.FormedBy, Newcomer);
        }
        else if (!isNext || (_somebodyLeft && _somebodyJoined))
        {
            WaitFrom(_passage.FormedBy);
        }
        else if (_somebodyLeft)
        {
            WaitFrom(_passage.LeftBy ?? _passage.FormedBy);
        }

        if (_passage.FormedAfter is { } start && _terms.Refusal is null)
        {
            Start(start);
        }

        _toldRing = state.OperationalEntered;
        Forget();
    }

    private void WaitFrom(long left, TimeSpan more = default)
    {
        long until = After(left, _terms.Wait + more);
        _notBefore = _notBefore is { } last && last > until ? last : until;
    }

    private void Start(long start) => _start = _start is { } last && last > start ? last : start;

    private void Forget() => _isListed = _somebodyJoined = _somebodyLeft = false;

    private long After(long timestamp, TimeSpan span) =>
        timestamp + (long)(span.TotalSeconds * time.TimestampFrequency);
}
