using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Quorum.Managed;

/// <summary>Knows at any time whether this node is in a quorate partition, and never claims it wrongly for longer than its options say.</summary>
/// <remarks>
/// <para>It connects, tracks, drains what the daemon tells, asks it regularly, and reconnects for ever. All members are thread-safe.</para>
/// <para>The fail-safe rule: <see cref="Current"/> says <see cref="QuorumState.Quorate"/> only while connected, while the daemon's last quorum notification
/// says quorate, while the answer to a question that was asked <em>after</em> that notification says so too, and while that question is no older than
/// <see cref="QuorumMonitorOptions.MaxStaleness"/>. The age is checked when <see cref="Current"/> is read: a process that was suspended, or whose thread pool is
/// starved, sees <see cref="QuorumState.Unknown"/>. After any gap in the chain of answers the daemon's "quorate" is not believed for
/// <see cref="QuorumMonitorOptions.RecoverySettleTime"/>. protocol-docs/monitor.md has the reasons, the measurements and what remains.</para>
/// </remarks>
public sealed class QuorumMonitor : IAsyncDisposable, IDisposable
{
    private static readonly CancellationToken NotQuorate = new(canceled: true);

    private readonly Lock _gate = new();
    private readonly QuorumMonitorOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<QuorumMonitorOptions, CancellationToken, ValueTask<IMonitorLink>> _connect;
    private readonly QuorumEvaluator _evaluator;
    private readonly ChangeDispatcher _changes;
    private readonly ITimer _expiry;
    [SuppressMessage("Usage", "CA2213", Justification = "The loop may still use its token; cancelled, it owns nothing.")]
    private readonly CancellationTokenSource _stop = new();
    private volatile MonitorPublication _published;
    private Task? _loop;
    private bool _disposed;

    /// <summary>Creates a monitor. It does nothing before <see cref="Start"/>.</summary>
    /// <param name="options">How it works; <see langword="null"/> for the defaults.</param>
    /// <param name="timeProvider">The clock; <see langword="null"/> for the system's.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public QuorumMonitor(QuorumMonitorOptions? options = null, TimeProvider? timeProvider = null)
        : this(options, timeProvider, MonitorLink.ConnectAsync)
    {
    }

    internal QuorumMonitor(
        QuorumMonitorOptions? options, TimeProvider? timeProvider, Func<QuorumMonitorOptions, CancellationToken, ValueTask<IMonitorLink>> connect)
    {
        _options = options ?? new QuorumMonitorOptions();
        _options.Validate();
        _time = timeProvider ?? TimeProvider.System;
        _connect = connect;
        _evaluator = new QuorumEvaluator(_options, _time);
        _changes = new ChangeDispatcher(Raise);
        _published = new MonitorPublication(_evaluator.Snapshot, null);
        _expiry = _time.CreateTimer(static state => ((QuorumMonitor)state!).Apply(static evaluator => evaluator.Expire()), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Each change, in order, one at a time, on the thread pool. A handler that throws or lags delays other handlers only: what it throws goes to
    /// <see cref="QuorumMonitorOptions.UnobservedError"/>. Confirmations alone are no change.
    /// </summary>
    public event EventHandler<QuorumSnapshot>? Changed;

    /// <summary>As the options say.</summary>
    public string Name => _options.Name;

    /// <summary>What holds now. Never blocks and makes no call; takes some ten nanoseconds.</summary>
    public QuorumSnapshot Current
    {
        get
        {
            QuorumSnapshot snapshot = _published.Snapshot;
            if (snapshot.State != QuorumState.Unknown && _evaluator.IsStale(snapshot))
            {
                Apply(static evaluator => evaluator.Expire());
                snapshot = _published.Snapshot;
            }

            return snapshot;
        }
    }

    /// <summary>
    /// Belongs to the present quorate period: it is cancelled when <see cref="Current"/> stops saying <see cref="QuorumState.Quorate"/>. Cancelled already when it
    /// does not say so now. A change of membership that keeps quorum does not cancel it.
    /// </summary>
    public CancellationToken QuorumLost => Current.IsQuorate && _published is { Snapshot.IsQuorate: true } published ? published.Lost!.Token : NotQuorate;

    internal TimeSpan? ConfirmationAge => _published.Snapshot is { LastConfirmed: not null } snapshot ? _time.GetElapsedTime(snapshot.ConfirmedAt) : null;

    internal TimeProvider Time => _time;

    /// <summary>Starts monitoring. Further calls do nothing.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public void Start()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_loop is not null)
            {
                return;
            }

            _evaluator.Started();
            Publish();
            MonitorLoop loop = new(_options, _time, _connect, _evaluator, Apply);
            CancellationToken stop = _stop.Token;
            _loop = Task.Run(() => loop.RunAsync(stop), CancellationToken.None);
        }

        QuorumTelemetry.Add(this);
    }

    /// <summary>
    /// What holds now, then each change. A reader that lags misses what was overtaken, never the newest. Each enumeration is independent of all others.
    /// </summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>Endless; ends after the last snapshot when the monitor is disposed.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async IAsyncEnumerable<QuorumSnapshot> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long seen = -1;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _ = Current; // expires what is stale
            MonitorPublication published = _published;
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

    /// <summary>Waits until this node is quorate.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The snapshot that said so; read <see cref="Current"/> again before acting late on it.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The monitor was disposed before.</exception>
    public async Task<QuorumSnapshot> WaitForQuorumAsync(CancellationToken cancellationToken = default)
    {
        await foreach (QuorumSnapshot snapshot in WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            if (snapshot.IsQuorate)
            {
                return snapshot;
            }
        }

        throw new ObjectDisposedException(nameof(QuorumMonitor));
    }

    /// <summary>Runs work while this node is quorate: starts it when it is, cancels it when it no longer is, and by default starts it again.</summary>
    /// <param name="work">The work. Its token is cancelled on loss of quorum and by <paramref name="cancellationToken"/>; it should end soon then.</param>
    /// <param name="options">Grace, settle time and restart; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Ends the work and the wait for quorum.</param>
    /// <returns>
    /// <see langword="true"/> when the work ran to its end; <see langword="false"/> when quorum was lost and <see cref="RunWhileQuorateOptions.Restart"/> is off.
    /// </returns>
    /// <exception cref="TimeoutException">The work did not end within <see cref="RunWhileQuorateOptions.Grace"/>: it still runs, and is not started a second time.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The monitor was disposed.</exception>
    /// <remarks>What the work throws comes out, except cancellation.</remarks>
    public Task<bool> RunWhileQuorateAsync(
        Func<CancellationToken, Task> work, RunWhileQuorateOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        options ??= new RunWhileQuorateOptions();
        options.Validate();
        return new QuorateRunner(this, work, options).RunAsync(cancellationToken);
    }

    /// <summary>Stops monitoring and disconnects; <see cref="Current"/> says <see cref="QuorumState.Unknown"/> from then on. Any number of times.</summary>
    /// <returns>Completes when the loop has ended.</returns>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        if (_loop is { } loop)
        {
            await loop.ConfigureAwait(false);
        }
    }

    /// <summary>As <see cref="DisposeAsync"/>, without waiting for the loop to end.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _evaluator.Stopped();
            Publish();
        }

        QuorumTelemetry.Remove(this);
        _expiry.Dispose();
        _stop.Cancel();
    }

    // Waits for the first quorate period from now on; the token ends with that very period.
    internal async Task<CancellationToken> WaitForPeriodAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await WaitForQuorumAsync(cancellationToken).ConfigureAwait(false);
            CancellationToken lost = QuorumLost;
            if (!lost.IsCancellationRequested)
            {
                return lost;
            }
        }
    }

    private void Apply(Action<QuorumEvaluator> change)
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                change(_evaluator);
                Publish();
            }
        }
    }

    // Under the lock.
    private void Publish()
    {
        MonitorPublication last = _published;
        QuorumSnapshot next = _evaluator.Snapshot;
        if (ReferenceEquals(last.Snapshot, next))
        {
            return;
        }

        bool changed = next.Version != last.Snapshot.Version;
        CancellationTokenSource? lost = !next.IsQuorate ? null : last.Snapshot.IsQuorate ? last.Lost : new CancellationTokenSource();
        _published = new MonitorPublication(next, lost, changed ? null : last.Replaced);
        if (next.State != QuorumState.Unknown && !_disposed)
        {
            TimeSpan left = _options.MaxStaleness - _time.GetElapsedTime(next.ConfirmedAt);
            _expiry.Change(left > TimeSpan.Zero ? left + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }

        if (last.Snapshot.IsQuorate && !next.IsQuorate)
        {
            _ = CancelAsync(last.Lost!);
        }

        if (changed)
        {
            if (next.State != last.Snapshot.State)
            {
                QuorumTelemetry.CountTransition(Name, next.State);
            }

            last.Replaced.SetResult();
            _changes.Post(next);
        }
    }

    // Cancelled when this returns; the callbacks run on the thread pool.
    private async Task CancelAsync(CancellationTokenSource lost)
    {
        try
        {
            await lost.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException e)
        {
            _options.UnobservedError?.Invoke(e);
        }
    }

    private void Raise(QuorumSnapshot snapshot)
    {
        foreach (EventHandler<QuorumSnapshot> handler in Delegate.EnumerateInvocationList(Changed))
        {
            try
            {
                handler(this, snapshot);
            }
            catch (Exception e)
            {
                // A handler's mistake is not the monitor's.
                _options.UnobservedError?.Invoke(e);
            }
        }
    }
}
