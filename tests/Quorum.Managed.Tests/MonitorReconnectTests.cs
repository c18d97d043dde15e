namespace Quorum.Managed.Tests;

/// <summary>The loop that the monitor and the watch command share.</summary>
public sealed class MonitorReconnectTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    [Test]
    public void Connections_that_end_are_disposed_reported_and_replaced_after_the_pause()
    {
        HurryingClock time = new();
        using CancellationTokenSource stop = new();
        Client client = new(stop) { Connections = 3 };
        Assert.That(
            async () => await ReconnectLoop.RunAsync(client, time, stop.Token).WaitAsync(Bound),
            Throws.InstanceOf<OperationCanceledException>());
        string[] once = ["connect", "use", "dispose", "ended True", "paused 0"];
        Assert.That(client.Story, Is.EqualTo(once.Concat(once).Concat(once[..4])));
    }

    [Test]
    public void An_error_without_a_next_attempt_ends_the_loop()
    {
        HurryingClock time = new();
        using CancellationTokenSource stop = new();
        FormatException error = new("connect");
        Client client = new(stop) { ConnectError = error };
        Assert.That(
            async () => await ReconnectLoop.RunAsync(client, time, stop.Token).WaitAsync(Bound),
            Throws.Exception.SameAs(error));
        Assert.That(client.Story, Is.EqualTo(new[] { "connect", "ended False" }));
    }

    [Test]
    public void A_pause_that_took_longer_than_planned_is_reported_with_its_overrun()
    {
        HurryingClock time = new(overrun: TimeSpan.FromSeconds(4));
        using CancellationTokenSource stop = new();
        Client client = new(stop) { Connections = 2 };
        Assert.That(
            async () => await ReconnectLoop.RunAsync(client, time, stop.Token).WaitAsync(Bound),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(client.Story, Does.Contain("paused 4"));
    }

    [Test]
    public void A_loop_that_is_cancelled_already_does_not_connect()
    {
        HurryingClock time = new();
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Client client = new(stop);
        Assert.That(
            async () => await ReconnectLoop.RunAsync(client, time, stop.Token).WaitAsync(Bound),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(client.Story, Is.Empty);
    }

    // Each connection ends at once. The last one stops the loop.
    private sealed class Client(CancellationTokenSource stop) : IReconnectingClient<Connection>
    {
        public List<string> Story { get; } = [];

        public int Connections { get; set; }

        public Exception? ConnectError { get; init; }

        public ValueTask<Connection> ConnectAsync(CancellationToken cancellationToken)
        {
            Story.Add("connect");
            return ConnectError is { } error ? throw error : ValueTask.FromResult(new Connection(Story));
        }

        public Task UseAsync(Connection connection, CancellationToken cancellationToken)
        {
            Story.Add("use");
            throw new InvalidOperationException("the connection ended");
        }

        public TimeSpan? Ended(Exception error, bool connected)
        {
            Story.Add($"ended {connected}");
            if (!connected)
            {
                return null;
            }

            if (--Connections == 0)
            {
                stop.Cancel();
            }

            return Pause;
        }

        public void Paused(TimeSpan overrun) => Story.Add($"paused {overrun.TotalSeconds:F0}");
    }

    private sealed class Connection(List<string> story) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            story.Add("dispose");
            return ValueTask.CompletedTask;
        }
    }

    // Each timer is due at once: the clock moves to its time, or beyond it by overrun.
    private sealed class HurryingClock(TimeSpan overrun = default) : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _ticks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Add(ref _ticks, (dueTime + overrun).Ticks);
            ThreadPool.QueueUserWorkItem(_ => callback(state));
            return System.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
