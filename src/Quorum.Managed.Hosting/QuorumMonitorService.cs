using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Quorum.Managed.Hosting;

// Starts and stops the monitor with the host, and logs its changes.
internal sealed class QuorumMonitorService : IHostedService
{
    private readonly QuorumMonitor _monitor;
    private readonly ILogger<QuorumMonitor> _logger;
    private QuorumSnapshot? _last;

    public QuorumMonitorService(QuorumMonitor monitor, ILogger<QuorumMonitor> logger)
    {
        _monitor = monitor;
        _logger = logger;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _monitor.Changed += OnChanged;
        _logger.Starting(_monitor.Name);
        _monitor.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _monitor.DisposeAsync().ConfigureAwait(false);
        _logger.Stopped(_monitor.Name);
    }

    // The monitor raises one change at a time, so _last needs no lock.
    private void OnChanged(object? sender, QuorumSnapshot snapshot)
    {
        QuorumSnapshot? last = _last;
        _last = snapshot;
        if (snapshot.State != last?.State
            || snapshot.UnknownReason != last.UnknownReason
            || !ReferenceEquals(snapshot.Error, last.Error))
        {
            LogState(snapshot, last);
        }
        else if (snapshot.RingName is { } ring && !string.Equals(ring, last.RingName, StringComparison.Ordinal))
        {
            _logger.MembershipChanged(ring, snapshot.Members, snapshot.Joined, snapshot.Left);
        }
    }

    private void LogState(QuorumSnapshot snapshot, QuorumSnapshot? last)
    {
        switch (snapshot.State)
        {
            case QuorumState.Quorate when last?.State != QuorumState.Quorate:
                _logger.Quorate(snapshot.RingName!, snapshot.Members);
                break;
            case QuorumState.Inquorate when last?.State != QuorumState.Inquorate:
                _logger.Inquorate(snapshot.RingName!, snapshot.Members, snapshot.Left);
                break;
            case QuorumState.Unknown
                when snapshot.UnknownReason is not (QuorumUnknownReason.Stopped or QuorumUnknownReason.Starting):
                _logger.Unknown(snapshot.UnknownReason, snapshot.Error?.Message ?? "no error");
                break;
            default:
                break;
        }
    }
}
