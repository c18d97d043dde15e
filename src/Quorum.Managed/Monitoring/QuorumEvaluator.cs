using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// The fail-safe rule of protocol-docs/monitor.md, "The rule": which state follows from which notifications and answers.
// It does no I/O and has no thread and no lock. MonitorCore calls it under its lock.
internal sealed class QuorumEvaluator
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _maxStaleness;
    private readonly GapProof _proof;

    // Facts of the present connection. Connected resets them.
    private bool _connected;
    private Exception? _noProvider;
    private QuorumChanged? _quorum;
    private RingId? _listRing;
    private bool _listIsNewer;
    private bool? _answer;
    private NodeList _joined;
    private NodeList _left;
    private bool _joinedAndLeftTaken;
    private Exception? _error;

    // Facts that outlive a connection. A contact is the sending of the last request that was answered in time. A gap of
    // more than MaxStaleness between two contacts asks for a proof. The wall clock is for display only.
    private bool _suspect;
    private long _contactAt;
    private DateTimeOffset _contactUtc;
    private long? _answeredAt;

    public QuorumEvaluator(QuorumMonitorOptions options, TimeProvider time)
    {
        _time = time;
        _maxStaleness = options.MaxStaleness;
        _proof = new GapProof(options.Assurance, options.RecoverySettleTime, time);
        Snapshot = new QuorumSnapshot
        {
            State = QuorumState.Unknown,
            UnknownReason = QuorumUnknownReason.NotStarted,
            Since = time.GetUtcNow(),
        };
    }

    // A new object after each call. Its Version stays if only the confirmation changed.
    public QuorumSnapshot Snapshot { get; private set; }

    // The number of notifications so far. A yes to a request that was sent before the newest notification does not
    // confirm that notification.
    public int Notifications { get; private set; }

    public DeviceVote Device { get; } = new();

    // How the next request should be made: protocol-docs/monitor.md, "After a gap".
    public bool WantsToken => _proof.WantsToken;

    public bool WantsTiming => _proof.WantsTiming;

    public bool WantsRing => _proof.WantsRing;

    public TimeSpan? ProofInterval => _proof.ProbeInterval;

    public void Started() => Say(QuorumState.Unknown, QuorumUnknownReason.Disconnected);

    // Final: no later call changes the snapshot.
    public void Stopped()
    {
        _connected = false;
        Say(QuorumState.Unknown, QuorumUnknownReason.Stopped);
    }

    // startedAt: the time at which the attempt to connect began. noProvider: why this daemon's answers mean nothing.
    public void Connected(long startedAt, Exception? noProvider = null)
    {
        _connected = true;
        _noProvider = noProvider;
        _quorum = null;
        _listRing = null;
        _listIsNewer = false;
        _answer = null;
        _error = null;
        _joined = _left = NodeList.Empty;
        _joinedAndLeftTaken = true;
        _contactAt = startedAt;
        _contactUtc = _time.GetUtcNow() - _time.GetElapsedTime(startedAt);
        _proof.Connected();
        Say(QuorumState.Unknown, QuorumUnknownReason.Starting);
        if (noProvider is not null)
        {
            Evaluate();
        }
    }

    public void Disconnected(Exception? error)
    {
        _connected = false;
        _error = error;
        _suspect |= RequestTimeouts.IsOne(error);
        Say(QuorumState.Unknown, QuorumUnknownReason.Disconnected);
    }

    // This process or the daemon may have stood still.
    public void Suspect()
    {
        _suspect = true;
        Evaluate();
    }

    public void Notified(QuorumNotification notification)
    {
        Notifications++;
        _proof.Notified();
        switch (notification)
        {
            case NodeListChanged list:
                _joined = _joinedAndLeftTaken ? list.Joined : Union(_joined, list.Joined);
                _left = _joinedAndLeftTaken ? list.Left : Union(_left, list.Left);
                _joinedAndLeftTaken = false;
                _listRing = list.RingId;
                _listIsNewer = _quorum is null || list.RingId != _quorum.RingId;
                Device.ListRead(_listIsNewer, list.Left);
                break;
            case QuorumChanged quorum:
                _quorum = quorum;
                _listIsNewer = _listRing is { } ring && IsOlder(quorum.RingId, ring);
                Device.QuorumRead(_listIsNewer);
                _answer = null;
                break;
            default:
                return;
        }

        Evaluate();
    }

    // sentAt, notifications: the time and Notifications when the request was sent. token: the look at the counter
    // before that, if there was one.
    public void Answered(bool quorate, long sentAt, int notifications, TokenReading? token = null)
    {
        long now = _time.GetTimestamp();
        _error = null;
        if (_time.GetElapsedTime(sentAt, now) > _maxStaleness)
        {
            _suspect = true;
        }
        else
        {
            if (_suspect || _time.GetElapsedTime(_contactAt, now) > _maxStaleness)
            {
                _suspect = false;
                _proof.Silent(_time.GetElapsedTime(_answeredAt ?? _contactAt, now));
            }

            _contactAt = sentAt;
            _contactUtc = _time.GetUtcNow() - _time.GetElapsedTime(sentAt, now);
            _answeredAt = sentAt;
            bool current = notifications == Notifications;
            _proof.Answered(quorate && current && _quorum is { Quorate: true } && !_listIsNewer, token);
            if (!quorate || current)
            {
                _answer = quorate;
            }
        }

        Evaluate();
    }

    public void TimingRead(TokenTiming? timing) => _proof.TimingRead(timing);

    // notifications: Notifications when the counter was asked for.
    public void RingRead(TokenState? ring, int notifications)
    {
        if (notifications == Notifications)
        {
            _proof.RingRead(ring);
        }
    }

    public void NotAnswered(Exception error)
    {
        _error = error;
        _suspect |= RequestTimeouts.IsOne(error);
        Evaluate();
    }

    public void Expire() => Evaluate();

    public bool IsStale(QuorumSnapshot snapshot) => _time.GetElapsedTime(snapshot.ConfirmedAt) > _maxStaleness;

    private static NodeList Union(NodeList one, NodeList other) => NodeList.Create([.. one.Union(other)]);

    // Ids of rings grow. Two sides of a partition can share a number, and then this node was in one of them only.
    private static bool IsOlder(RingId one, RingId other) => one != other && one.Sequence <= other.Sequence;

    private void Evaluate()
    {
        if (!_connected)
        {
            Say(QuorumState.Unknown, Snapshot.UnknownReason);
        }
        else if (_noProvider is not null)
        {
            _error = _noProvider;
            Say(QuorumState.Unknown, QuorumUnknownReason.NoQuorumProvider);
        }
        else if (_suspect || _time.GetElapsedTime(_contactAt) > _maxStaleness)
        {
            _suspect = true;
            Say(QuorumState.Unknown, QuorumUnknownReason.Stale);
        }
        else if (_quorum is null)
        {
            Say(QuorumState.Unknown, QuorumUnknownReason.Starting, changing: _listIsNewer);
        }
        else if (!_quorum.Quorate || _answer == false)
        {
            bool contradicted = _quorum.Quorate || _listIsNewer;
            Confirm(QuorumState.Inquorate, QuorumUnknownReason.None, _quorum, changing: contradicted);
        }
        else if (_answer is null || _listIsNewer)
        {
            KeepWhileChanging();
        }
        else if (_proof.IsPending)
        {
            Confirm(QuorumState.Unknown, QuorumUnknownReason.Settling, _quorum, changing: false);
        }
        else
        {
            Confirm(QuorumState.Quorate, QuorumUnknownReason.None, _quorum, changing: false);
        }
    }

    // The node list belongs to a newer ring than the quorate flag, or no answer has confirmed the flag yet. The last
    // confirmed state stays, unless a device decides. It is not refreshed, so it stays for MaxStaleness at most.
    private void KeepWhileChanging()
    {
        if (Device.IsAwaited || Snapshot.State == QuorumState.Unknown)
        {
            QuorumUnknownReason starting =
                _proof.IsSettling ? QuorumUnknownReason.Settling : QuorumUnknownReason.Starting;
            Say(QuorumState.Unknown, Device.IsAwaited ? QuorumUnknownReason.AwaitingDevice : starting, changing: true);
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
            Basis = state == QuorumState.Quorate ? _proof.Basis : QuorumBasis.None,
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
        Publish(Snapshot with
        {
            State = state,
            UnknownReason = reason,
            Basis = QuorumBasis.None,
            IsChanging = changing,
            Error = _error,
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
            next = next with { Since = _time.GetUtcNow() };
        }

        Snapshot = SnapshotComparison.IsSame(next, last) ? next : next with { Version = last.Version + 1 };
    }
}
