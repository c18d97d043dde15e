namespace Quorum.Managed;

// Watches the token counter of one ring for tokens that only a live ring can have sent. Two kinds of token are none:
// - tokens that were queued in the daemon's sockets while it stood still. Its predecessor sent at most one, the same
//   again after hold, and one more for each retransmit time-out of the stall.
// - tokens that the predecessor sends again because it got no answer: after each retransmit time-out, and once after
//   hold if it holds the token of an idle ring. They stop when the predecessor's own token time-out is over.
// The two sent again after hold and after the first retransmit time-out come close together. They prove nothing where
// their token came before the first look: the first two tokens after it are always void. Where it came later, it is
// itself the proof.
internal sealed class TokenEvidence
{
    // The share of the retransmit time-out within which a token is none that was sent again.
    private const double Early = 0.9;

    // How far back tokens are counted. Over several tokens the distance between looks matters less.
    private const int MostMarks = 16;

    // The looks before those that showed the last growths. Queued tokens are left out.
    private readonly Queue<(long SentAt, ulong Received)> _marks = new();

    private readonly TimeProvider _time;
    private readonly TimeSpan _early;
    private readonly TimeSpan _retransmitting;
    private readonly ulong _void;
    private TokenState? _ring;
    private TokenState? _base;
    private TokenState _last;
    private long _lastSentAt;

    // The first growth that was not queued was seen no later.
    private long? _countedAt;

    // ring: a look at the ring of the newest notification; null if there was none.
    public TokenEvidence(TokenTiming timing, TimeSpan stall, TokenState? ring, TimeProvider time)
    {
        _ring = ring;
        _time = time;
        _early = timing.Retransmit * Early;
        _retransmitting = timing.Token + timing.Retransmit;

        // A predecessor that gets no answer gives up after its token time-out, so a longer stall queues no more.
        TimeSpan longest = timing.Token + timing.Consensus;
        double queued = Math.Ceiling((stall < longest ? stall : longest) / timing.Retransmit);
        _void = 2 + (ulong)queued;
    }

    // The last look showed another ring than that of the newest notification.
    public bool IsOtherRing { get; private set; }

    // Takes a look at the counter. True when the looks prove that the ring is alive.
    public bool Add(TokenState state, long sentAt, long receivedAt)
    {
        // Another ring than that of the newest notification was formed, or is being formed. Its tokens prove nothing
        // before it is told: this node may have formed it alone.
        _ring ??= state;
        IsOtherRing = !state.IsSameRing(_ring.Value);
        bool sameRing = !IsOtherRing && _base is not null && state.Received >= _last.Received;
        if (!sameRing)
        {
            _base = state;
            _countedAt = null;
            _marks.Clear();
        }

        bool proved = sameRing && state.Received > _last.Received && Grew(state, receivedAt);
        _last = state;
        _lastSentAt = sentAt;
        return proved;
    }

    private bool Grew(TokenState state, long receivedAt)
    {
        ulong queued = _base!.Value.Received + _void;
        if (_last.Received >= queued)
        {
            _marks.Enqueue((_lastSentAt, _last.Received));
            if (_marks.Count > MostMarks)
            {
                _marks.Dequeue();
            }
        }

        if (state.Received <= queued)
        {
            return false;
        }

        bool goesOn = _countedAt is { } counted && _time.GetElapsedTime(counted, _lastSentAt) > _retransmitting;
        _countedAt ??= receivedAt;
        return goesOn || _marks.Any(mark => AreTooMany(state.Received - mark.Received, mark.SentAt, receivedAt));
    }

    // Whether so many tokens came in this time that not all of them can have been sent again.
    private bool AreTooMany(ulong tokens, long from, long to) => _time.GetElapsedTime(from, to) < (tokens - 1) * _early;
}
