using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Tests;

// Plays the daemon at the monitor's own seam, IMonitorLink: no bytes and no sockets, so that the monitor's clock alone
// decides. The raw daemon of TestSupport plays the bytes.
internal sealed class FakeDaemon
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = new();
    private Channel<QuorumNotification> _events = Channel.CreateUnbounded<QuorumNotification>();
    private List<QuorumNotification> _state = [];
    private TaskCompletionSource? _hang;

    public List<Exception> Errors { get; } = [];

    public bool Quorate { get; set; }

    public Exception? ConnectError { get; set; }

    public QuorumType Type { get; set; } = QuorumType.Set;

    // Null: this daemon offers no statistics. An error of TokenError comes first.
    public TokenState? Token { get; set; }

    public TokenTiming? Timing { get; set; }

    public Exception? TokenError { get; set; }

    public bool HasDevice { get; set; }

    public int Connects { get; private set; }

    public int Answers { get; private set; }

    public async ValueTask<IMonitorLink> ConnectAsync(QuorumMonitorOptions options, CancellationToken cancellationToken)
    {
        await Task.Yield();
        lock (_lock)
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

    // Whether it has model V0 only.
    public bool IsV0 { get; set; }

    public void Say(bool quorate, RingId ring, NodeList members)
    {
        lock (_lock)
        {
            Quorate = quorate;
            _state = IsV0
                ? [new QuorumChangedV0(quorate, ring.Sequence, members)]
                : [
                    new NodeListChanged(ring, members, NodeList.Empty, NodeList.Empty),
                    new QuorumChanged(quorate, ring, members),
                ];
            foreach (QuorumNotification notification in _state)
            {
                _events.Writer.TryWrite(notification);
            }
        }
    }

    public void Tell(QuorumNotification notification)
    {
        lock (_lock)
        {
            _events.Writer.TryWrite(notification);
        }
    }

    public void Die(Exception error)
    {
        lock (_lock)
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

    // False when the monitor has not asked that often within the limit. The monitor may have been about to arm its
    // timer when the clock moved. Then it asks at the next move of the clock, and a caller that moves the clock goes
    // on.
    public async Task<bool> WaitAnswersAsync(int count)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(2));
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (Answers >= count)
                {
                    return true;
                }

                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
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

    private sealed class Link(FakeDaemon daemon, Channel<QuorumNotification> events, QuorumMonitorOptions options)
        : IMonitorLink
    {
        public QuorumType QuorumType => daemon.Type;

        public async IAsyncEnumerable<QuorumNotification> ReadNotificationsAsync(
            [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (QuorumNotification notification in events.Reader.ReadAllAsync(cancellationToken))
            {
                yield return notification;
            }
        }

        public ValueTask TrackStartAsync(CancellationToken cancellationToken)
        {
            lock (daemon._lock)
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

            // Counted on another thread, when the monitor may have gone on to wait for its timer.
            bool quorate = daemon.Quorate;
            _ = Task.Run(
                () =>
                {
                    lock (daemon._lock)
                    {
                        daemon.Answers++;
                        daemon.Pulse();
                    }
                },
                CancellationToken.None);
            return quorate;
        }

        public ValueTask<TokenState?> ReadTokenAsync(CancellationToken cancellationToken) =>
            daemon.TokenError is { } error ? throw error : new(daemon.Token);

        public ValueTask<TokenTiming?> ReadTimingAsync(CancellationToken cancellationToken) => new(daemon.Timing);

        public ValueTask<bool> ReadDeviceAsync(CancellationToken cancellationToken) => new(daemon.HasDevice);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
