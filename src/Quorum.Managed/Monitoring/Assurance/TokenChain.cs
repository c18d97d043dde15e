namespace Quorum.Managed;

// Follows the token counter of one ring and finds fresh tokens: tokens that came round the ring, and were not sent
// again by the predecessor. It was measured when a predecessor that gets no answer sends a token F again: the node that
// holds the token of an idle ring once after hold, and every node after each retransmit time-out. So a token is
// - fresh if it comes sooner after the one before it than any of these;
// - fresh or the one that was sent again after hold, if it comes about hold after the one before it. The next token
//   tells: after one that was sent again it comes sooner (retransmit - hold) or later (retransmit);
// - doubtful otherwise.
//
// Invariant: Add returns a time after which every member of the ring has passed on the token. A fresh token proves that
// for the time of any fresh token before it.
internal sealed class TokenChain
{
    // The share of the retransmit time-out within which a token is not doubtful. The rest is for the network, whose
    // delays differ from token to token.
    private const double Early = 0.9;

    private readonly TimeProvider _time;
    private readonly TimeSpan _early;
    private readonly TimeSpan _close;
    private readonly TimeSpan _apart;
    private readonly ulong _queued;

    // The sendings of the last look, and of the one before it.
    private long _sentAt;
    private long _sentBefore;
    private ulong _received;

    // The newest token came between these times.
    private (long First, long Last)? _token;
    private bool _isUndecided;
    private long? _fresh;
    private long _unbrokenFrom;

    // first: what the counter showed at sentAt. queued: so many tokens after it may be older than that.
    public TokenChain(TokenTiming timing, TokenState first, long sentAt, ulong queued, TimeProvider time)
    {
        TimeSpan between = timing.Retransmit - timing.Hold;
        _time = time;
        _early = timing.Retransmit * Early;
        _close = (between < timing.Hold ? between : timing.Hold) * 0.75;
        _apart = between * 1.5;
        _queued = first.Received + queued;
        _received = first.Received;
        _sentAt = _sentBefore = sentAt;
    }

    // For how long no token was doubtful.
    public TimeSpan Unbroken { get; private set; }

    // Takes the next look at the counter. Null when it proves nothing new.
    public long? Add(ulong received, long sentAt, long receivedAt)
    {
        // The daemon may have answered the last look while this token lay in its socket. It had answered the look
        // before that one before the token came.
        long arrived = _sentBefore;
        ulong known = Math.Max(_received, _queued);
        _sentBefore = _sentAt;
        _sentAt = sentAt;
        _received = received;
        if (received <= known)
        {
            return null;
        }

        ulong tokens = received - known;
        bool follows = _token is { } last && _time.GetElapsedTime(last.First, receivedAt) < _early;
        _unbrokenFrom = follows ? _unbrokenFrom : receivedAt;
        Unbroken = _time.GetElapsedTime(_unbrokenFrom, receivedAt);
        long? proved = Judge(follows, tokens, arrived, receivedAt);
        _token = (arrived, receivedAt);
        return proved;
    }

    private long? Judge(bool follows, ulong tokens, long arrived, long receivedAt)
    {
        long? proved = null;
        bool isApart = follows && _time.GetElapsedTime(_token!.Value.Last, arrived) > _apart;
        if (isApart && _isUndecided)
        {
            proved = Fresh(_token!.Value.First);
        }

        bool isClose = follows && _time.GetElapsedTime(_token!.Value.First, receivedAt) < _close;
        if (isClose)
        {
            proved = Fresh(arrived) ?? proved;
        }

        _isUndecided = isApart && tokens == 1;

        // Tokens that one look shows came close to each other, if the looks were.
        if (_time.GetElapsedTime(arrived, receivedAt) < _close)
        {
            for (ulong further = 1; further < Math.Min(tokens, 3); further++)
            {
                proved = Fresh(arrived) ?? proved;
            }
        }

        return proved;
    }

    // A token is fresh. The time of the fresh one before it.
    private long? Fresh(long at)
    {
        long? before = _fresh;
        _fresh = at;
        return before;
    }
}
