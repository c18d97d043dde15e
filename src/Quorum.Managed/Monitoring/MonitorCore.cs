using System.Runtime.CompilerServices;

namespace Quorum.Managed;

// What a monitor knows. MonitorLoop reports here what happened at the daemon; readers see only what is published.
// Each report takes the lock, tells the evaluator, and publishes the evaluator's snapshot. All members are thread-safe.
internal sealed class MonitorCore : IDisposable
{
    private static readonly CancellationToken NotQuorate = new(canceled: true);

    private readonly Lock _lock = new();
    private readonly QuorumMonitorOptions _options;
    private readonly QuorumEvaluator _evaluator;
    private readonly ChangeDispatcher _changes;
    private readonly ITimer _expiry;
    private volatile PublishedSnapshot _published;

    public MonitorCore(QuorumMonitorOptions options, TimeProvider time, Action<QuorumSnapshot> changed)
    {
        _options = options;
        Time = time;
        _evaluator = new QuorumEvaluator(options, time);
        _changes = new ChangeDispatcher(snapshot =>
        {
            _ = Published;
            changed(snapshot);
        });
        _published = new PublishedSnapshot(_evaluator.Snapshot, null);

        // A loss must not need the thread pool. Listeners of metrics must not block the thread of the expiry.
        _expiry = ExpiryThread.Create(time, () => Expire(countElsewhere: time is MonitorClock));
    }

    public TimeProvider Time { get; }

    private QuoratePeriod? Period => Current.IsQuorate ? _published.Period : null;

    // What readers see.
    private PublishedSnapshot Published => _published.WaitForLoss();

    // The age is checked here as well as by the timer, because a timer of a process that stood still comes late.
    public QuorumSnapshot Current
    {
        get
        {
            QuorumSnapshot snapshot = Published.Snapshot;
            if (snapshot.State != QuorumState.Unknown && _evaluator.IsOver(snapshot))
            {
                Expire();
                snapshot = Published.Snapshot;
            }

            return snapshot;
        }
    }

    public CancellationToken QuorumLost => Period?.Users ?? NotQuorate;

    public CancellationToken WorkLost => Period?.Work ?? NotQuorate;

    public TimeSpan? ConfirmationAge =>
        _published.Snapshot is { LastConfirmed: not null } snapshot ? Time.GetElapsedTime(snapshot.ConfirmedAt) : null;

    // How many notifications were reported. Only the loop reports them, so only the loop can rely on the number.
    public int Notifications => _evaluator.Notifications;

    // What the next request should bring with it. Only the loop can rely on these.
    public bool WantsToken => _evaluator.WantsToken;
    public bool WantsTiming => _evaluator.WantsTiming;
    public bool WantsRing => _evaluator.WantsRing;
    public bool WantsDevice => _evaluator.Device.WantsConfiguration;

    public TimeSpan? ProofInterval => _evaluator.ProofInterval;

    // The end of the lease that was published last, in nanoseconds. Reading it never runs user code.
    public long? LeaseEnd => _published.Snapshot.LeaseEnd;

    public TimeSpan? LeastLeaseLeft
    {
        get
        {
            lock (_lock)
            {
                return _evaluator.LeastLeaseLeft;
            }
        }
    }

    public async IAsyncEnumerable<QuorumSnapshot> WatchAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long seen = -1;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _ = Current; // publishes that a snapshot is stale
            PublishedSnapshot published = Published;
            if (published.Snapshot.Version != seen)
            {
                seen = published.Snapshot.Version;
                yield return published.Snapshot;
            }
            else if (published.Snapshot.UnknownReason == QuorumUnknownReason.Stopped)
            {
                yield break;
            }
            else
            {
                await published.Replaced.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public void Started()
    {
        using Report report = new(this);
        _evaluator.Started();
    }

    // startedAt: the time at which the attempt to connect began.
    // noProvider: why this daemon's answers mean nothing; null if they mean something.
    public void Connected(long startedAt, Exception? noProvider)
    {
        using Report report = new(this);
        _evaluator.Connected(startedAt, noProvider);
    }

    public void Disconnected(Exception error)
    {
        using Report report = new(this);
        _evaluator.Disconnected(error);
    }

    public void Notified(QuorumNotification notification)
    {
        using Report report = new(this);
        _evaluator.Notified(notification);
    }

    // sentAt, notifications: the time and Notifications when the request was sent.
    // token: the look at the token counter before that, if there was one.
    public void Answered(bool quorate, long sentAt, int notifications, TokenReading? token)
    {
        using Report report = new(this);
        _evaluator.Answered(quorate, sentAt, notifications, token);
    }

    public void TimingRead(TokenTiming? timing)
    {
        using Report report = new(this);
        _evaluator.TimingRead(timing);
    }

    // notifications: Notifications when the counter was asked for.
    public void RingRead(TokenState? ring, int notifications)
    {
        using Report report = new(this);
        _evaluator.RingRead(ring, notifications);
    }

    // Whether the cluster has a quorum device.
    public void DeviceRead(bool hasDevice)
    {
        using Report report = new(this);
        _evaluator.Device.ConfigurationRead(hasDevice);
        _evaluator.Expire();
    }

    // Votes or names.
    public void PartRead(PartReading reading)
    {
        using Report report = new(this);
        _evaluator.Parts.Read(reading);
        _evaluator.Expire();
    }

    public void NotAnswered(Exception error)
    {
        using Report report = new(this);
        _evaluator.NotAnswered(error);
    }

    // This process or the daemon may have stood still.
    public void Suspect()
    {
        using Report report = new(this);
        _evaluator.Suspect();
    }

    // The confirmation may have become too old.
    // countElsewhere: listeners of metrics are user code, and must not block the calling thread.
    public void Expire(bool countElsewhere = false)
    {
        using Report report = new(this, countElsewhere);
        _evaluator.Expire();
    }

    // Publishes the last snapshot. Later reports have no effect.
    public void Dispose()
    {
        Stop();
        _ = Published;
        _expiry.Dispose();
    }

    private void Stop()
    {
        using Report report = new(this);
        _evaluator.Stopped();
    }

    // The caller holds the lock.
    private void Publish()
    {
        PublishedSnapshot last = _published;
        QuorumSnapshot next = _evaluator.Snapshot;
        if (ReferenceEquals(last.Snapshot, next))
        {
            return;
        }

        bool changed = next.Version != last.Snapshot.Version;
        QuoratePeriod? period = !next.IsQuorate ? null : last.Period ?? new QuoratePeriod();
        bool ends = last.Snapshot.IsQuorate && !next.IsQuorate;
        _published = new PublishedSnapshot(
            next, period, ended: ends ? last.Period : last.Ended, replaced: changed ? null : last.Replaced);
        if (next.State != QuorumState.Unknown)
        {
            ArmExpiry(next);
        }

        if (ends)
        {
            last.Period!.End(_options.UnobservedError);
        }

        if (changed)
        {
            last.Replaced.SetResult();
            _changes.Post(next);
        }
    }

    private void ArmExpiry(QuorumSnapshot snapshot)
    {
        // A snapshot of exactly MaxStaleness is not stale yet, so the timer is due after it.
        TimeSpan left = _options.MaxStaleness - Time.GetElapsedTime(snapshot.ConfirmedAt);
        if (snapshot.LeaseEnd is { } end && Nanoseconds.Until(end, Time) is { } lease && lease < left)
        {
            left = lease;
        }

        TimeSpan due = left > TimeSpan.Zero ? left + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero;
        _expiry.Change(due, Timeout.InfiniteTimeSpan);
    }

    // The scope of one report. It holds the lock. Its end publishes and releases the lock. A change of the state is
    // counted after that, because listeners of a counter are user code.
    private readonly ref struct Report
    {
        private readonly MonitorCore _core;
        private readonly QuorumState _before;
        private readonly bool _countElsewhere;

        public Report(MonitorCore core, bool countElsewhere = false)
        {
            _core = core;
            _countElsewhere = countElsewhere;
            core._lock.Enter();
            _before = core._published.Snapshot.State;
        }

        public void Dispose()
        {
            QuorumState state;
            try
            {
                _core.Publish();
            }
            finally
            {
                state = _core._published.Snapshot.State;
                _core._lock.Exit();
            }

            if (state != _before)
            {
                QuorumTelemetry.CountTransition(_core._options.Identity!, state, _countElsewhere);
            }
        }
    }
}
