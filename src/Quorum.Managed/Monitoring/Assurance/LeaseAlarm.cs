using System.Diagnostics.CodeAnalysis;

namespace Quorum.Managed;

// Cancels a token the grace before the lease ends. Each renewal of the lease puts that off. Like the loss of quorum it
// needs no thread of the pool.
internal sealed class LeaseAlarm : IDisposable
{
    private readonly IQuorateSource _monitor;
    private readonly TimeSpan _grace;
    private readonly Action<Exception>? _unobservedError;
    [SuppressMessage(
        "Usage", "CA2213", Justification = "The thread that cancels it may still use it. It then owns nothing.")]
    private readonly CancellationTokenSource _due = new();
    private readonly ITimer _timer;

    public LeaseAlarm(IQuorateSource monitor, TimeSpan grace, Action<Exception>? unobservedError)
    {
        _monitor = monitor;
        _grace = grace;
        _unobservedError = unobservedError;
        _timer = ExpiryThread.Create(monitor.Time, Look);
        Look();
    }

    public CancellationToken Token => _due.Token;

    // The time for which work may still run before it must be told to stop; null without a lease.
    public static TimeSpan? LeftFor(IQuorateSource monitor, TimeSpan grace) =>
        monitor.PublishedLeaseEnd is { } end ? Nanoseconds.Until(end, monitor.Time) - grace : null;

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        if (LeftFor(_monitor, _grace) is { } left && left > TimeSpan.Zero)
        {
            _timer.Change(left, Timeout.InfiniteTimeSpan);
        }
        else
        {
            LossSignal.Send(_due, _unobservedError);
        }
    }
}
