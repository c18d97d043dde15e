using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// The fail-safe rule of protocol-docs/monitor.md, "The rule": what may be said after which notifications and answers. No I/O, no thread, no lock of its own: the
// monitor calls it under its lock. Snapshot is replaced by each call, by an equal one when nothing changed but the confirmation.
internal sealed class QuorumEvaluator
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _maxStaleness;
    private readonly TimeSpan _settleTime;

    // Of the present connection.
    private bool _connected;
    private QuorumChanged? _quorum;
    private bool _listIsNewer;
    private bool? _answer;
    private NodeList _joined;
    private NodeList _left;
    private bool _joinedAndLeftTaken;
    private Exception? _error;

    // Across connections. Contact: to when the last answer holds; the chain of answers must have no gap above MaxStaleness.
    private bool _suspect;
    private long _contactAt;
    private DateTimeOffset _contactUtc;
    private bool _settling;
    private long _settleFrom;

    public QuorumEvaluator(QuorumMonitorOptions options, TimeProvider time)
    {
        _time = time;
        _maxStaleness = options.MaxStaleness;
        _settleTime = options.RecoverySettleTime;
        Snapshot = new QuorumSnapshot { State = QuorumState.Unknown, UnknownReason = QuorumUnknownReason.NotStarted, Since = time.GetUtcNow() };
    }

    public QuorumSnapshot Snapshot { get; private set; }

    // Counts what the daemon told; an answer to a question asked before the newest of it proves less.
    public int Notifications { get; private set; }

    public void Started() => Say(QuorumState.Unknown, QuorumUnknownReason.Disconnected);

    public void Stopped()
    {
        _connected = false;
        Say(QuorumState.Unknown, QuorumUnknownReason.Stopped);
    }

    // StartedAt: when connecting began.
    public void Connected(long startedAt)
    {
        _connected = true;
        _quorum = null;
        _listIsNewer = false;
        _answer = null;
        _error = null;
        _joined = _left = NodeList.Empty;
        _joinedAndLeftTaken = true;
        _contactAt = startedAt;
        _contactUtc = _time.GetUtcNow() - _time.GetElapsedTime(startedAt);
        Say(QuorumState.Unknown, QuorumUnknownReason.Starting);
    }

    public void Disconnected(Exception? error)
    {
        _connected = false;
        _error = error;
        _suspect |= IsTimeout(error);
        Say(QuorumState.Unknown, QuorumUnknownReason.Disconnected);
    }

    // The process, or the daemon, may have stood still.
    public void Suspect()
    {
        _suspect = true;
        Evaluate();
    }

    public void Notified(QuorumNotification notification)
    {
        Notifications++;
        switch (notification)
        {
            case NodeListChanged list:
                _joined = _joinedAndLeftTaken ? list.Joined : Union(_joined, list.Joined);
                _left = _joinedAndLeftTaken ? list.Left : Union(_left, list.Left);
                _joinedAndLeftTaken = false;
                _listIsNewer = _quorum is null || list.RingId != _quorum.RingId;
                break;
            case QuorumChanged quorum:
                _quorum = quorum;
                _listIsNewer = false;
                _answer = null;
                break;
            default:
                return;
        }

        Evaluate();
    }

    // SentAt and notifications: the clock and Notifications when the question was sent.
    public void Answered(bool quorate, long sentAt, int notifications)
    {
        long now = _time.GetTimestamp();
        _error = null;
        if (_time.GetElapsedTime(sentAt, now) > _maxStaleness)
        {
            _suspect = true;
        }
        else
        {
            DateTimeOffset utc = _time.GetUtcNow();
            if (_suspect || _time.GetElapsedTime(_contactAt, now) > _maxStaleness || ClockJumped(now, utc))
            {
                _suspect = false;
                _settling = _settleTime > TimeSpan.Zero;
                _settleFrom = now;
            }

            _settling = _settling && _time.GetElapsedTime(_settleFrom, now) < _settleTime;
            _contactAt = sentAt;
            _contactUtc = utc - _time.GetElapsedTime(sentAt, now);
            if (!quorate || notifications == Notifications)
            {
                _answer = quorate;
            }
        }

        Evaluate();
    }

    public void NotAnswered(Exception error)
    {
        _error = error;
        _suspect |= IsTimeout(error);
        Evaluate();
    }

    public void Expire() => Evaluate();

    public bool IsStale(QuorumSnapshot snapshot) => _time.GetElapsedTime(snapshot.ConfirmedAt) > _maxStaleness;

    private static bool IsTimeout(Exception? error) =>
        error is TimeoutException || (error is QuorumException quorum && (quorum.Errno == Ipc.Errno.ETIMEDOUT || quorum.Error == CorosyncError.Timeout));

    private static NodeList Union(NodeList one, NodeList other) => NodeList.Create([.. one.Union(other)]);

    // CLOCK_MONOTONIC stands still while the machine is suspended; the wall clock does not.
    private bool ClockJumped(long now, DateTimeOffset utc) => utc - _contactUtc - _time.GetElapsedTime(_contactAt, now) > _maxStaleness;

    private void Evaluate()
    {
        if (!_connected)
        {
            Say(QuorumState.Unknown, Snapshot.UnknownReason);
        }
        else if (_suspect || _time.GetElapsedTime(_contactAt) > _maxStaleness)
        {
            _suspect = true;
            Say(QuorumState.Unknown, QuorumUnknownReason.Stale);
        }
        else if (_quorum is null)
        {
            Say(QuorumState.Unknown, QuorumUnknownReason.Starting);
        }
        else if (!_quorum.Quorate || _answer == false)
        {
            Confirm(QuorumState.Inquorate, QuorumUnknownReason.None, _quorum, changing: _quorum.Quorate || _listIsNewer);
        }
        else if (_answer is null || _listIsNewer)
        {
            KeepWhileChanging();
        }
        else if (_settling)
        {
            Confirm(QuorumState.Unknown, QuorumUnknownReason.Settling, _quorum, changing: false);
        }
        else
        {
            Confirm(QuorumState.Quorate, QuorumUnknownReason.None, _quorum, changing: false);
        }
    }

    // The flag and the membership that are known do not belong together, or the daemon has not been asked since it spoke. What was confirmed stands
    // without being refreshed, so for MaxStaleness at most.
    private void KeepWhileChanging()
    {
        if (Snapshot.State == QuorumState.Unknown)
        {
            Say(QuorumState.Unknown, _settling ? QuorumUnknownReason.Settling : QuorumUnknownReason.Starting, changing: true);
        }
        else if (IsStale(Snapshot))
        {
            Say(QuorumState.Unknown, QuorumUnknownReason.Stale, changing: true);
        }
        else
        {
            Publish(Snapshot with { IsChanging = true, Error = _error });
        }
    }

    private void Confirm(QuorumState state, QuorumUnknownReason reason, QuorumChanged quorum, bool changing)
    {
        bool ownList = !_joinedAndLeftTaken && !_listIsNewer;
        bool sameRing = Snapshot.RingId == quorum.RingId;
        _joinedAndLeftTaken |= ownList;
        Publish(Snapshot with
        {
            State = state,
            UnknownReason = reason,
            RingId = quorum.RingId,
            Members = quorum.Members,
            Joined = ownList ? _joined : sameRing ? Snapshot.Joined : NodeList.Empty,
            Left = ownList ? _left : sameRing ? Snapshot.Left : NodeList.Empty,
            IsChanging = changing,
            LastConfirmed = _contactUtc,
            ConfirmedAt = _contactAt,
            Error = _error,
        });
    }

    private void Say(QuorumState state, QuorumUnknownReason reason, bool changing = false) =>
        Publish(Snapshot with { State = state, UnknownReason = reason, IsChanging = changing, Error = _error });

    private void Publish(QuorumSnapshot next)
    {
        QuorumSnapshot last = Snapshot;
        if (next.State != last.State)
        {
            next = next with { Since = _time.GetUtcNow() };
        }

        bool same = next.State == last.State && next.UnknownReason == last.UnknownReason && next.RingId == last.RingId && next.Members == last.Members
            && next.Joined == last.Joined && next.Left == last.Left && next.IsChanging == last.IsChanging
            && next.Error?.GetType() == last.Error?.GetType() && string.Equals(next.Error?.Message, last.Error?.Message, StringComparison.Ordinal);
        Snapshot = same ? next : next with { Version = last.Version + 1 };
    }
}
