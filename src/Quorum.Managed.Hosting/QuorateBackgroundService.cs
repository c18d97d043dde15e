using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Quorum.Managed.Hosting;

/// <summary>A background service whose work runs only while this node is quorate: started with quorum, cancelled on its loss, started again.</summary>
/// <remarks>
/// Work that does not end within <see cref="RunWhileQuorateOptions.Grace"/> after its cancellation fails the service with <see cref="TimeoutException"/>, and with the
/// default <c>BackgroundServiceExceptionBehavior.StopHost</c> the host with it: better no process than one that works on without quorum.
/// </remarks>
public abstract class QuorateBackgroundService : BackgroundService
{
    private readonly QuorumMonitor _monitor;
    private readonly RunWhileQuorateOptions? _options;
    private readonly ILogger _logger;

    /// <summary>Creates it.</summary>
    /// <param name="monitor">The monitor.</param>
    /// <param name="options">Grace, settle time and restart; <see langword="null"/> for the defaults.</param>
    /// <param name="logger">Gets the starts and ends; may be <see langword="null"/>.</param>
    protected QuorateBackgroundService(QuorumMonitor monitor, RunWhileQuorateOptions? options = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(monitor);
        _monitor = monitor;
        _options = options;
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>The monitor, for what the work wants to know besides.</summary>
    protected QuorumMonitor Monitor => _monitor;

    /// <summary>The work of one quorate period. Called again for each, never while another call runs.</summary>
    /// <param name="quorumLost">Cancelled when quorum is lost and when the host stops: end soon then.</param>
    /// <returns>The work. When it ends without having been cancelled, the service is done.</returns>
    protected abstract Task ExecuteWhileQuorateAsync(CancellationToken quorumLost);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _monitor.RunWhileQuorateAsync(RunAsync, _options, stoppingToken).ConfigureAwait(false);
        }
        catch (Exception e) when (stoppingToken.IsCancellationRequested && e is OperationCanceledException or ObjectDisposedException)
        {
            // The host stops.
        }
    }

    private async Task RunAsync(CancellationToken quorumLost)
    {
        string name = GetType().Name;
        _logger.WorkStarts(name);
        try
        {
            await ExecuteWhileQuorateAsync(quorumLost).ConfigureAwait(false);
        }
        finally
        {
            _logger.WorkEnded(name);
        }
    }
}
