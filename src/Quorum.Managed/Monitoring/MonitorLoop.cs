using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// The activity of a monitor: keeps a connection to the daemon until it is cancelled, and reports to the core.
internal sealed class MonitorLoop : IReconnectingClient<IMonitorLink>
{
    // The share of a pause by which it may be shortened at random.
    private const double Jitter = 0.5;

    private readonly MonitorCore _core;
    private readonly QuorumMonitorOptions _options;
    private readonly Func<QuorumMonitorOptions, CancellationToken, ValueTask<IMonitorLink>> _connect;
    private readonly Backoff _backoff;
    private long _connectStarted;

    public MonitorLoop(
        MonitorCore core,
        QuorumMonitorOptions options,
        Func<QuorumMonitorOptions, CancellationToken, ValueTask<IMonitorLink>> connect)
    {
        _core = core;
        _options = options;
        _connect = connect;
        _backoff = new Backoff(options.ReconnectDelay, options.ReconnectMaxDelay, Jitter);
    }

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await ReconnectLoop.RunAsync(this, _core.Time, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The monitor was disposed.
        }
    }

    async ValueTask<IMonitorLink> IReconnectingClient<IMonitorLink>.ConnectAsync(CancellationToken cancellationToken)
    {
        _connectStarted = _core.Time.GetTimestamp();
        try
        {
            IMonitorLink link = await _connect(_options, cancellationToken).ConfigureAwait(false);
            QuorumTelemetry.CountConnect(_options.Identity!, null);
            return link;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            QuorumTelemetry.CountConnect(_options.Identity!, e);
            throw;
        }
    }

    Task IReconnectingClient<IMonitorLink>.UseAsync(IMonitorLink connection, CancellationToken cancellationToken)
    {
        _core.Connected(_connectStarted, connection.QuorumType == QuorumType.Free ? NoProvider() : null);
        MonitorSession session = new(_core, connection, _options.EffectiveProbeInterval, _backoff);
        return session.RunAsync(cancellationToken);
    }

    // The monitor survives every error: it says Unknown, and the snapshot has the error.
    TimeSpan? IReconnectingClient<IMonitorLink>.Ended(Exception error, bool connected)
    {
        _core.Disconnected(error);

        // An error that is not transient (no access, no model V1) gets the longest pause at once, because the daemon
        // writes a line into its log for each attempt.
        return error is QuorumException { IsTransient: false } ? _backoff.Longest : _backoff.Next();
    }

    void IReconnectingClient<IMonitorLink>.Paused(TimeSpan overrun)
    {
        if (overrun > _options.MaxStaleness)
        {
            _core.Suspect();
        }
    }

    private static QuorumException NoProvider() => new(
        CorosyncError.NotSupported,
        0,
        IpcStage.Authenticate,
        QuorumErrors.NoProvider);
}
