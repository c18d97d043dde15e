using System.Diagnostics;
using Quorum.Managed.Cli.Watching;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli.Simulating;

// Between the watch and what shows it: keeps what was seen, and knows when a ring has been seen.
internal sealed class DemoSink(IWatchSink inner, TimeProvider time) : IWatchSink
{
    private readonly Lock _lock = new();
    private readonly List<DemoLine> _lines = [];
    private TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RingId? _ring;

    // The story, and what the watched node made of each part of it.
    public IReadOnlyList<DemoLine> Lines => _lines;

    public void Tell(TimeSpan at, string text)
    {
        lock (_lock)
        {
            _lines.Add(new DemoLine(at, text));
            (inner as IStoryTeller)?.Tell(time.GetUtcNow(), text);
        }
    }

    public void Connected(DateTimeOffset time, DaemonInfo daemon) => Do(() => inner.Connected(time, daemon));

    public void Disconnected(DateTimeOffset time, string error) => Do(() => inner.Disconnected(time, error));

    public void RetryFailed(DateTimeOffset time, string error) => Do(() => inner.RetryFailed(time, error));

    public void Notified(DateTimeOffset time, QuorumNotification notification) => Do(() =>
    {
        inner.Notified(time, notification);
        if (notification is QuorumChanged quorum)
        {
            if (_lines.Count > 0)
            {
                _lines[^1] = _lines[^1] with { Seen = quorum };
            }

            _ring = quorum.RingId;
            _seen.TrySetResult();
        }
    });

    // Until the watched node's quorum on this ring has been shown. Bounded: a demo that hangs is no demo.
    public async Task WhenSeenAsync(RingId ring, CancellationToken cancellationToken)
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

                if (_seen.Task.IsCompleted)
                {
                    _seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                next = _seen.Task;
            }

            await next.WaitAsync(TimeSpan.FromSeconds(10) - Stopwatch.GetElapsedTime(start), cancellationToken);
        }
    }

    private void Do(Action action)
    {
        lock (_lock)
        {
            action();
        }
    }
}
