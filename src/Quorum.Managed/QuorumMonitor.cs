using System.Diagnostics.CodeAnalysis;

namespace Quorum.Managed;

/// <summary>Knows at any time whether this node is in a quorate partition.</summary>
/// <remarks>
/// <para>
/// A monitor connects to the daemon, reads its notifications, asks it regularly, and reconnects until it is disposed.
/// All members are thread-safe.
/// </para>
/// <para>
/// <see cref="Current"/> says <see cref="QuorumState.Quorate"/> only while all of these hold: the monitor is connected;
/// the daemon's last quorum notification says quorate; a request that was sent <em>after</em> that notification was
/// answered with yes; that request is no older than <see cref="QuorumMonitorOptions.MaxStaleness"/>.
/// </para>
/// <para>
/// The age is checked when <see cref="Current"/> is read. A process that was suspended, or that gets no time on its
/// thread pool, therefore sees <see cref="QuorumState.Unknown"/>. After a gap in the chain of answers the daemon's
/// "quorate" is not believed before it is proved: <see cref="QuorumMonitorOptions.Assurance"/>. The reasons, the
/// measurements and the risks that remain are in protocol-docs/monitor.md.
/// </para>
/// </remarks>
public sealed class QuorumMonitor : IQuorumMonitor, IQuorateSource, IAsyncDisposable, IDisposable
{
    private readonly Lock _lifetime = new();
    private readonly QuorumMonitorOptions _options;
    private readonly MonitorCore _core;
    private readonly MonitorLoop _loop;
    private readonly IPartFollower[] _parts;
    [SuppressMessage(
        "Usage", "CA2213", Justification = "The loop may still use its token. Once cancelled, it owns nothing.")]
    private readonly CancellationTokenSource _stop = new();
    private Task? _running;
    private bool _disposed;

    /// <summary>Creates a monitor. It does nothing before <see cref="Start"/>.</summary>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    /// <param name="timeProvider">
    /// The clock; <see langword="null"/> for the system's. The system's is CLOCK_BOOTTIME, which counts the time for
    /// which the machine was suspended; with <see cref="Ipc.WaitStrategy.Polling"/>, and on a machine whose system
    /// calls are not known, it is CLOCK_MONOTONIC, which does not.
    /// </param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public QuorumMonitor(QuorumMonitorOptions? options = null, TimeProvider? timeProvider = null)
        : this(options, timeProvider, MonitorLink.ConnectAsync)
    {
    }

    internal QuorumMonitor(
        QuorumMonitorOptions? options,
        TimeProvider? timeProvider,
        Func<QuorumMonitorOptions, CancellationToken, ValueTask<IMonitorLink>> connect)
    {
        _options = options ?? new QuorumMonitorOptions();
        _options.Validate();
        _options = _options with { Identity = MonitorIdentity.Take(_options.Name) };
        TimeProvider time = timeProvider is null || ReferenceEquals(timeProvider, TimeProvider.System)
            ? new MonitorClock(_options.Connection.WaitStrategy)
            : timeProvider;
        _core = new MonitorCore(_options, time, Raise);
        _loop = new MonitorLoop(_core, _options, connect);
        _parts = MonitorParts.Create(_core, _options);
    }

    /// <summary>Raised for each new <see cref="QuorumSnapshot.Version"/>, in order, one at a time.</summary>
    /// <remarks>
    /// Handlers run on the thread pool. A handler that lags delays other handlers, never the monitor; a handler that is
    /// more than 1024 changes behind misses the oldest. An exception of a handler goes to
    /// <see cref="QuorumMonitorOptions.UnobservedError"/>, and the other handlers still run.
    /// </remarks>
    public event EventHandler<QuorumSnapshot>? Changed;

    /// <summary>The monitor's name, from <see cref="QuorumMonitorOptions.Name"/>.</summary>
    public string Name => _options.Name;

    /// <summary>The state of this node now.</summary>
    /// <remarks>Reading it never waits for the daemon and allocates nothing while the snapshot is fresh.</remarks>
    public QuorumSnapshot Current => _core.Current;

    /// <summary>
    /// Is cancelled when <see cref="Current"/> stops saying <see cref="QuorumState.Quorate"/>. Belongs to the present
    /// quorate period: when this node is not quorate, the token is already cancelled.
    /// </summary>
    /// <remarks>
    /// A change of membership that keeps quorum does not cancel the token. The loss needs no thread of the thread pool:
    /// callbacks registered at the token run on a thread of their own. One that blocks holds up the other callbacks at
    /// the token, and no work of <see cref="RunWhileQuorateAsync"/>.
    /// </remarks>
    public CancellationToken QuorumLost => _core.QuorumLost;

    /// <summary>
    /// How much of the lease is left; <see langword="null"/> when <see cref="Current"/> has no
    /// <see cref="QuorumSnapshot.LeaseEnd"/>. Compare it with the time that a step needs, before the step begins.
    /// </summary>
    public TimeSpan? LeaseRemaining =>
        Current.LeaseEnd is { } end ? Nanoseconds.Until(end, Time) is { Ticks: > 0 } left ? left : TimeSpan.Zero : null;

    /// <summary>
    /// The time since the last answered request was sent, by the monitor's own clock; <see langword="null"/> before the
    /// first.
    /// </summary>
    public TimeSpan? ConfirmationAge => _core.ConfirmationAge;

    TimeProvider IQuorateSource.Time => Time;

    CancellationToken IQuorateSource.WorkLost => _core.WorkLost;

    TimeSpan? IQuorateSource.LeastLeaseLeft => _core.LeastLeaseLeft;

    long? IQuorateSource.PublishedLeaseEnd => _core.LeaseEnd;

    internal MonitorIdentity Identity => _options.Identity!;

    internal bool IsLeased => _options.Assurance == QuorumAssurance.Leased;

    internal TimeProvider Time => _core.Time;

    /// <summary>Starts monitoring. Further calls do nothing.</summary>
    /// <exception cref="ObjectDisposedException">The monitor was disposed.</exception>
    public void Start()
    {
        lock (_lifetime)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_running is not null)
            {
                return;
            }

            _core.Started();
            CancellationToken stop = _stop.Token;
            // Each on its own: none waits for another.
            _running = Task.WhenAll(
                Task.Run(() => _loop.RunAsync(stop), CancellationToken.None),
                MonitorParts.RunAsync(_parts, stop));
            QuorumTelemetry.Add(this);
        }
    }

    /// <summary>Reads the present snapshot, and then each change.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>
    /// The snapshots. They end after the last one when the monitor is disposed. A reader that lags misses older
    /// snapshots, never the newest. Each enumeration is independent of all others.
    /// </returns>
    /// <exception cref="OperationCanceledException">The enumeration was cancelled.</exception>
    public IAsyncEnumerable<QuorumSnapshot> WatchAsync(CancellationToken cancellationToken = default) =>
        _core.WatchAsync(cancellationToken);

    /// <summary>Waits until this node is quorate.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>
    /// The snapshot that says quorate. Read <see cref="Current"/> again before acting on it later.
    /// </returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The monitor was disposed before this node was quorate.</exception>
    public Task<QuorumSnapshot> WaitForQuorumAsync(CancellationToken cancellationToken = default) =>
        QuorateRunner.WaitForQuorumAsync(WatchAsync(cancellationToken), nameof(QuorumMonitor));

    /// <summary>
    /// Runs work while this node is quorate. The work starts when the node is quorate and is cancelled when quorum is
    /// lost. By default it starts again when quorum is back.
    /// </summary>
    /// <param name="work">
    /// The work. Its token is cancelled on loss of quorum and by <paramref name="cancellationToken"/>. The work should
    /// then end soon. It never runs twice at the same time.
    /// </param>
    /// <param name="options">Grace, settle time and restart; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Ends the work and the wait for quorum.</param>
    /// <returns>
    /// <see langword="true"/> when the work ran to its end; <see langword="false"/> when quorum was lost and
    /// <see cref="RunWhileQuorateOptions.Restart"/> is off.
    /// </returns>
    /// <exception cref="TimeoutException">
    /// The work did not end within <see cref="RunWhileQuorateOptions.Grace"/>. It still runs, and is not started again.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// <see cref="RunWhileQuorateOptions.Strict"/> is set and the grace does not fit the lease of this cluster.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// An option is out of its range, or strict work is asked of a monitor without leases.
    /// </exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The monitor was disposed.</exception>
    /// <remarks>An exception of the work ends the call and reaches the caller, except for its cancellation.</remarks>
    public Task<bool> RunWhileQuorateAsync(
        Func<CancellationToken, Task> work,
        RunWhileQuorateOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        options ??= new RunWhileQuorateOptions();
        options.Validate(_options.Assurance);
        return new QuorateRunner(this, work, options, _options.UnobservedError).RunAsync(cancellationToken);
    }

    /// <summary>
    /// Stops monitoring and disconnects. <see cref="Current"/> says <see cref="QuorumState.Unknown"/> from then on.
    /// Further calls only wait.
    /// </summary>
    /// <returns>Completes when the connections are closed.</returns>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        if (_running is { } running)
        {
            await running.ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Does the same as <see cref="DisposeAsync"/>, but does not wait until the connection is closed.
    /// </summary>
    public void Dispose()
    {
        lock (_lifetime)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            QuorumTelemetry.Remove(this);
        }

        _core.Dispose();
        _stop.Cancel();
        Identity.Dispose();
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
                // An error of user code must not stop the other handlers.
                UserCode.Report(_options.UnobservedError, e);
            }
        }
    }
}
