using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Tests;

// The daemon's side of a monitor's connections.
internal sealed class FakeDaemon
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new();
    private Channel<QuorumNotification> _events = Channel.CreateUnbounded<QuorumNotification>();
    private List<QuorumNotification> _state = [];
    private TaskCompletionSource? _hang;

    public List<Exception> Errors { get; } = [];

    public bool Quorate { get; set; }

    public Exception? ConnectError { get; set; }

    public int Connects { get; private set; }

    public int Answers { get; private set; }

    public async ValueTask<IMonitorLink> ConnectAsync(QuorumMonitorOptions options, CancellationToken cancellationToken)
    {
        await Task.Yield();
        lock (_gate)
        {
            Connects++;
            Pulse();
            if (ConnectError is { } error)
            {
                throw error;
            }

            _events = Channel.CreateUnbounded<QuorumNotification>();
            return new Link(this, _events, options);
        }
    }

    public void Say(bool quorate, RingId ring, NodeList members)
    {
        lock (_gate)
        {
            Quorate = quorate;
            _state = [new NodeListChanged(ring, members, NodeList.Empty, NodeList.Empty), new QuorumChanged(quorate, ring, members)];
            foreach (QuorumNotification notification in _state)
            {
                _events.Writer.TryWrite(notification);
            }
        }
    }

    public void Tell(QuorumNotification notification)
    {
        lock (_gate)
        {
            _events.Writer.TryWrite(notification);
        }
    }

    public void Die(Exception error)
    {
        lock (_gate)
        {
            _events.Writer.TryComplete(error);
        }
    }

    public void Hang() => _hang = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Continue()
    {
        TaskCompletionSource? hang = _hang;
        _hang = null;
        hang?.SetResult();
    }

    // False when that many answers were not asked for soon.
    public async Task<bool> WaitAnswersAsync(int count)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (Answers >= count)
                {
                    return true;
                }

                changed = _changed.Task;
            }

            TimeSpan left = TimeSpan.FromMilliseconds(200) - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero || await Task.WhenAny(changed, Task.Delay(left)) != changed)
            {
                return false;
            }
        }
    }

    private void Pulse()
    {
        TaskCompletionSource last = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        last.TrySetResult();
    }

    private sealed class Link(FakeDaemon daemon, Channel<QuorumNotification> events, QuorumMonitorOptions options) : IMonitorLink
    {
        public async IAsyncEnumerable<QuorumNotification> ReadNotificationsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (QuorumNotification notification in events.Reader.ReadAllAsync(cancellationToken))
            {
                yield return notification;
            }
        }

        public ValueTask TrackStartAsync(CancellationToken cancellationToken)
        {
            lock (daemon._gate)
            {
                foreach (QuorumNotification notification in daemon._state)
                {
                    events.Writer.TryWrite(notification);
                }
            }

            return ValueTask.CompletedTask;
        }

        public async ValueTask<bool> GetQuorateAsync(CancellationToken cancellationToken)
        {
            _ = options;
            if (daemon._hang is { } hang)
            {
                await hang.Task.WaitAsync(cancellationToken);
            }

            // The answer counts once the monitor has gone on to wait for the next.
            bool quorate = daemon.Quorate;
            _ = Task.Run(
                () =>
                {
                    lock (daemon._gate)
                    {
                        daemon.Answers++;
                        daemon.Pulse();
                    }
                },
                CancellationToken.None);
            return quorate;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
