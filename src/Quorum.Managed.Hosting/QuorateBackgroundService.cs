using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Quorum.Managed.Hosting;

/// <summary>A background service whose work runs only while this node is quorate.</summary>
/// <remarks>
/// <para>The work starts with quorum, is cancelled when quorum is lost, and starts again when quorum is back.</para>
/// <para>
/// Work that does not end within <see cref="RunWhileQuorateOptions.Grace"/> after its cancellation fails the service
/// with <see cref="TimeoutException"/>. The default <c>BackgroundServiceExceptionBehavior.StopHost</c> then stops the
/// host, because a stopped process is safer than work without quorum.
/// </para>
/// </remarks>
public abstract class QuorateBackgroundService : BackgroundService
{
    private readonly IQuorumMonitor _monitor;
    private readonly RunWhileQuorateOptions? _options;
    private readonly ILogger _logger;

    /// <summary>Creates the service.</summary>
    /// <param name="monitor">The monitor.</param>
    /// <param name="options">Grace, settle time and restart; <see langword="null"/> for the defaults.</param>
    /// <param name="logger">Gets each start and end of the work; may be <see langword="null"/>.</param>
    protected QuorateBackgroundService(
        IQuorumMonitor monitor, RunWhileQuorateOptions? options = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(monitor);
        _monitor = monitor;
        _options = options;
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>The monitor, for example to read the members.</summary>
    protected IQuorumMonitor Monitor => _monitor;

    /// <summary>Does the work of one quorate period. Called for each period, never twice at the same time.</summary>
    /// <param name="quorumLost">Cancelled when quorum is lost and when the host stops. End soon then.</param>
    /// <returns>The work. The service is done when the work ends without having been cancelled.</returns>
    protected abstract Task ExecuteWhileQuorateAsync(CancellationToken quorumLost);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _monitor.RunWhileQuorateAsync(RunAsync, _options, stoppingToken).ConfigureAwait(false);
        }
        catch (Exception e)
            when (stoppingToken.IsCancellationRequested && e is OperationCanceledException or ObjectDisposedException)
        {
            // The host stops the service, or has already disposed the monitor.
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
