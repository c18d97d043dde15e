using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// The fail-safe rule of protocol-docs/monitor.md, "The rule": which state follows from which notifications and answers.
// It does no I/O and has no thread and no lock. MonitorCore calls it under its lock.
internal sealed class QuorumEvaluator
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _maxStaleness;
    private readonly GapProof _proof;
    private readonly TokenLease? _lease;
    private readonly SnapshotWriter _writer;

    // Facts of the present connection. Connected resets them.
    private bool _connected;
    private Exception? _noProvider;
    private ToldMembership _told = new();
    private bool? _answer;
    private Exception? _error;

    // Facts that outlive a connection. A contact is the sending of the last request that was answered in time. A gap of
    // more than MaxStaleness between two contacts asks for a proof. The wall clock is for display only.
    private bool _suspect;
    private Contact _contact;
    private long? _answeredAt;

    public QuorumEvaluator(QuorumMonitorOptions options, TimeProvider time)
    {
        _time = time;
        _maxStaleness = options.MaxStaleness;
        bool isLeased = options.Assurance == QuorumAssurance.Leased;

        // A lease holds whatever has been before. It needs no proof after a gap.
        QuorumAssurance afterGap = isLeased ? QuorumAssurance.None : options.Assurance;
        _proof = new GapProof(afterGap, options.RecoverySettleTime, time);
        _lease = isLeased ? new TokenLease(options.LeaseMargin, time) : null;
        _writer = new SnapshotWriter(_lease, time);
    }

    // A new object after each call. Its Version stays if only the confirmation changed.
    public QuorumSnapshot Snapshot => _writer.Snapshot;

    // The number of notifications so far. A yes to a request that was sent before the newest notification does not
    // confirm that notification.
    public int Notifications { get; private set; }

    public DeviceVote Device { get; } = new();

    // What other services tell. No rule reads it.
    public SnapshotParts Parts => _writer.Parts;

    // How the next request should be made: protocol-docs/monitor.md, "After a gap" and "Leased".
    public bool WantsToken => _proof.WantsToken || _lease is not null;

    public bool WantsTiming => _lease?.WantsTiming ?? _proof.WantsTiming;

    public bool WantsRing => _proof.WantsRing;

    public TimeSpan? ProofInterval => _lease is { } lease ? lease.ProbeInterval : _proof.ProbeInterval;

    // What a lease has left just before it is renewed, at the least; null while that is not known.
    public TimeSpan? LeastLeaseLeft => _lease?.LeastLeft;

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
        _told = _writer.Told = new ToldMembership();
        _answer = null;
        _error = null;
        _contact = new Contact(startedAt, _time.GetUtcNow() - _time.GetElapsedTime(startedAt));
        _proof.Connected();
        _lease?.Connected();
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
        _lease?.Notified(notification);
        if (!_told.Add(notification))
        {
            return;
        }

        if (notification is NodeListChanged list)
        {
            Device.ListRead(_told.ListIsNewer, list.Left);
        }
        else
        {
            Device.QuorumRead(_told.ListIsNewer);
            _answer = null;
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
            if (_suspect || _time.GetElapsedTime(_contact.At, now) > _maxStaleness)
            {
                _suspect = false;
                _proof.Silent(_time.GetElapsedTime(_answeredAt ?? _contact.At, now));
            }

            _contact = new Contact(sentAt, _time.GetUtcNow() - _time.GetElapsedTime(sentAt, now));
            _answeredAt = sentAt;
            bool current = notifications == Notifications;
            bool confirmed = quorate && current && _told is { Quorum.Quorate: true, ListIsNewer: false };
            _proof.Answered(confirmed, token);
            if (_lease is not null && token is { } reading)
            {
                _lease.Answered(confirmed, reading);
                _error = reading.Error;
            }

            if (!quorate || current)
            {
                _answer = quorate;
            }
        }

        Evaluate();
    }

    public void TimingRead(TokenTiming? timing)
    {
        _proof.TimingRead(timing);
        _lease?.TimingRead(timing);
    }

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

    // Whether a snapshot that is not Unknown has become so by the passing of time.
    public bool IsOver(QuorumSnapshot snapshot) =>
        IsStale(snapshot) || (snapshot.LeaseEnd is { } end && Nanoseconds.Of(_time.GetTimestamp(), _time) >= end);

    private bool IsStale(QuorumSnapshot snapshot) => _time.GetElapsedTime(snapshot.ConfirmedAt) > _maxStaleness;

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
        else if (_suspect || _time.GetElapsedTime(_contact.At) > _maxStaleness)
        {
            _suspect = true;
            Say(QuorumState.Unknown, QuorumUnknownReason.Stale);
        }
        else if (_told.Quorum is not { } quorum)
        {
            Say(QuorumState.Unknown, QuorumUnknownReason.Starting, changing: _told.ListIsNewer);
        }
        else if (!quorum.Quorate || _answer == false)
        {
            bool contradicted = quorum.Quorate || _told.ListIsNewer;
            Confirm(QuorumState.Inquorate, QuorumUnknownReason.None, quorum, changing: contradicted);
        }
        else if (_answer is null || _told.ListIsNewer)
        {
            KeepWhileChanging();
        }
        else if (_proof.IsPending)
        {
            Confirm(QuorumState.Unknown, QuorumUnknownReason.Settling, quorum, changing: false);
        }
        else if (_lease is not null)
        {
            EvaluateLease(_lease, quorum);
        }
        else
        {
            Confirm(QuorumState.Quorate, QuorumUnknownReason.None, quorum, changing: false);
        }
    }

    // The daemon says yes.
    private void EvaluateLease(TokenLease lease, ToldQuorum quorum)
    {
        if (!lease.IsRunning)
        {
            _error = lease.Refusal ?? _error;
            Confirm(QuorumState.Unknown, lease.ReasonForNone, quorum, changing: false);
        }
        else if (!lease.IsWaiting)
        {
            Confirm(QuorumState.Quorate, QuorumUnknownReason.None, quorum, changing: false);
        }
        else if (Snapshot.IsQuorate)
        {
            // This node keeps its yes, but does not say yet that others are excluded: they may still have a lease.
            _writer.Refresh(_contact, _error);
        }
        else
        {
            Confirm(QuorumState.Unknown, QuorumUnknownReason.Settling, quorum, changing: false);
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
        else if (Snapshot.IsQuorate && _lease is { IsRunning: false } lease)
        {
            Say(QuorumState.Unknown, lease.ReasonForNone, changing: true);
        }
        else if (IsStale(Snapshot))
        {
            Say(QuorumState.Unknown, QuorumUnknownReason.Stale, changing: true);
        }
        else
        {
            _writer.Keep(_error);
        }
    }

    private void Confirm(QuorumState state, QuorumUnknownReason reason, ToldQuorum quorum, bool changing) =>
        _writer.Confirm(state, reason, quorum, changing, _proof.Basis, _contact, _error);

    private void Say(QuorumState state, QuorumUnknownReason reason, bool changing = false) =>
        _writer.Say(state, reason, changing, _error);
}
