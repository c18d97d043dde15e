using System.Diagnostics;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// Passes the story and the events of the watch on to the sink that shows them, and records them for the recap.
// Thread-safe: the story and the watch run at the same time.
internal sealed class DemoRecorder(IStorySink inner, TimeProvider time) : IWatchSink
{
    // The simulator notifies within milliseconds. A demo that does not is broken, and must fail instead of hang.
    private static readonly TimeSpan NotificationLimit = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly List<DemoStep> _steps = [];
    private TaskCompletionSource _notified = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RingId? _ring;

    public IReadOnlyList<DemoStep> Steps => _steps;

    public void Story(TimeSpan at, string text)
    {
        lock (_lock)
        {
            _steps.Add(new DemoStep(at, text));
            inner.Story(time.GetUtcNow(), text);
        }
    }

    public void Connected(DateTimeOffset time, DaemonInfo daemon)
    {
        lock (_lock)
        {
            inner.Connected(time, daemon);
        }
    }

    public void Disconnected(DateTimeOffset time, string error)
    {
        lock (_lock)
        {
            inner.Disconnected(time, error);
        }
    }

    public void Votes(DateTimeOffset time, VotesReading reading)
    {
        lock (_lock)
        {
            inner.Votes(time, reading);
        }
    }

    public void Names(DateTimeOffset time, NamesReading reading)
    {
        lock (_lock)
        {
            inner.Names(time, reading);
        }
    }

    public void RetryFailed(DateTimeOffset time, string error)
    {
        lock (_lock)
        {
            inner.RetryFailed(time, error);
        }
    }

    public void Notified(DateTimeOffset time, QuorumNotification notification)
    {
        lock (_lock)
        {
            inner.Notified(time, notification);
            if (notification is QuorumChanged quorum)
            {
                if (_steps.Count > 0)
                {
                    _steps[^1] = _steps[^1] with { Notified = quorum };
                }

                _ring = quorum.RingId;
                _notified.TrySetResult();
            }
        }
    }

    // Waits until the quorum notification of this ring has been shown.
    public async Task WhenNotifiedAsync(RingId ring, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            Task next;
            lock (_lock)
            {
                if (_ring == ring)
                {
                    return;
                }

                if (_notified.Task.IsCompleted)
                {
                    _notified = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                next = _notified.Task;
            }

            TimeSpan left = NotificationLimit - Stopwatch.GetElapsedTime(start);
            await next.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken);
        }
    }
}
