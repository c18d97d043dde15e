using System.Diagnostics;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Tests;

public sealed class MonitorTests : MonitorFixture
{
    [Test]
    public void Current_before_start_is_unknown()
    {
        Assert.That(Monitor.Current.State, Is.EqualTo(QuorumState.Unknown));
        Assert.That(Monitor.Current.UnknownReason, Is.EqualTo(QuorumUnknownReason.NotStarted));
        Assert.That(Monitor.QuorumLost.IsCancellationRequested);
    }

    [Test]
    public async Task Start_with_a_quorate_daemon_becomes_quorate_with_its_ring_and_members()
    {
        await MakeQuorateAsync();
        QuorumSnapshot current = Monitor.Current;
        Assert.That(
            (current.State, current.RingId, current.Members), Is.EqualTo((QuorumState.Quorate, (RingId?)Ring, All)));
        Assert.That(Monitor.QuorumLost.IsCancellationRequested, Is.False);
    }

    [Test]
    public async Task Current_read_after_the_limit_is_unknown_though_no_timer_and_no_loop_has_run()
    {
        await MakeQuorateAsync();
        CancellationToken lost = Monitor.QuorumLost;
        Time.Jump(TimeSpan.FromSeconds(3));
        Assert.That(Monitor.Current.State, Is.EqualTo(QuorumState.Unknown));
        Assert.That(Monitor.Current.UnknownReason, Is.EqualTo(QuorumUnknownReason.Stale));
        Assert.That(lost.IsCancellationRequested);
        Assert.That(Monitor.QuorumLost.IsCancellationRequested);
    }

    [Test]
    public async Task QuorumLost_fires_by_timer_when_the_daemon_hangs_and_Current_is_not_read()
    {
        await MakeQuorateAsync();
        CancellationToken lost = Monitor.QuorumLost;
        TaskCompletionSource fired = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = lost.Register(fired.SetResult);
        Daemon.Hang();
        Time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.That(lost.IsCancellationRequested, Is.False);
        Time.Advance(TimeSpan.FromSeconds(0.2));
        await fired.Task.WaitAsync(Bound);
        Assert.That(Monitor.Current.State, Is.EqualTo(QuorumState.Unknown));
    }

    [Test]
    public async Task A_late_yes_of_a_daemon_that_hung_does_not_turn_unknown_into_quorate_before_the_settle_time()
    {
        await MakeQuorateAsync();
        Daemon.Hang();
        Time.Advance(TimeSpan.FromSeconds(4));
        Assert.That(Monitor.Current.UnknownReason, Is.EqualTo(QuorumUnknownReason.Stale));
        Daemon.Continue();
        await WaitAsync(snapshot => snapshot.UnknownReason == QuorumUnknownReason.Settling);
        await PassAsync(TimeSpan.FromSeconds(4));
        Assert.That(Monitor.Current.UnknownReason, Is.EqualTo(QuorumUnknownReason.Settling));
        await PassAsync(TimeSpan.FromSeconds(2));
        await WaitAsync(snapshot => snapshot.IsQuorate);
    }

    [Test]
    public async Task Confirmations_keep_it_quorate_for_as_long_as_they_come()
    {
        await MakeQuorateAsync();
        CancellationToken lost = Monitor.QuorumLost;
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.That(Monitor.Current.IsQuorate);
        Assert.That(lost.IsCancellationRequested, Is.False);
    }

    [Test]
    public async Task The_daemon_going_away_is_unknown_at_once_and_the_monitor_comes_back_by_itself()
    {
        await MakeQuorateAsync();
        CancellationToken lost = Monitor.QuorumLost;
        Daemon.Die(Gone());
        QuorumSnapshot gone = await WaitAsync(snapshot => !snapshot.IsQuorate);
        Assert.That(gone.UnknownReason, Is.EqualTo(QuorumUnknownReason.Disconnected));
        Assert.That(gone.Error?.Message, Is.EqualTo("The daemon went away."));
        Assert.That(lost.IsCancellationRequested);
        await AdvanceUntilAsync(() => Daemon.Connects == 2);
        await WaitAsync(snapshot => snapshot.IsQuorate);
    }

    [Test]
    public async Task Reconnecting_goes_on_for_ever_with_growing_pauses_within_the_limits()
    {
        Daemon.ConnectError =
            new QuorumConnectException(CorosyncError.Library, Errno.ECONNREFUSED, IpcStage.Connect, "refused");
        Monitor.Start();
        await AdvanceUntilAsync(() => Time.Armed > 0);
        long last = Time.GetTimestamp();
        List<TimeSpan> pauses = [];
        for (int i = 2; i < 14; i++)
        {
            await AdvanceUntilAsync(() => Daemon.Connects >= i && Time.Armed > 0);
            pauses.Add(Time.GetElapsedTime(last));
            last = Time.GetTimestamp();
        }

        TimeSpan step = TimeSpan.FromMilliseconds(10);
        Assert.That(pauses[0], Is.InRange(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(100) + step));
        Assert.That(pauses[1], Is.InRange(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(200) + step));
        Assert.That(pauses[^1], Is.InRange(TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(5) + step));
        Assert.That(Monitor.Current.Error?.Message, Is.EqualTo("refused"));
    }

    [Test]
    public async Task An_error_that_is_not_transient_gets_the_longest_pause_at_once()
    {
        Daemon.ConnectError =
            new QuorumConnectException(CorosyncError.Access, Errno.EACCES, IpcStage.Authenticate, "not allowed");
        Monitor.Start();
        long start = Time.GetTimestamp();
        await AdvanceUntilAsync(() => Daemon.Connects >= 2);
        Assert.That(Time.GetElapsedTime(start), Is.GreaterThan(TimeSpan.FromSeconds(2.4)));
    }

    [Test]
    public async Task WatchAsync_of_a_slow_reader_skips_what_was_overtaken_and_never_misses_the_last()
    {
        await MakeQuorateAsync();
        await using IAsyncEnumerator<QuorumSnapshot> reader = Monitor.WatchAsync().GetAsyncEnumerator();
        Assert.That(await reader.MoveNextAsync());
        for (uint i = 1; i <= 200; i++)
        {
            Daemon.Say(false, new RingId(new NodeId(1), 100 + i), NodeList.Create([new NodeId(i)]));
        }

        await WaitAsync(snapshot => snapshot.RingId?.Sequence == 300);
        Assert.That(await reader.MoveNextAsync());
        Assert.That(reader.Current.RingId?.Sequence, Is.EqualTo(300));
        Assert.That(reader.Current.State, Is.EqualTo(QuorumState.Inquorate));
    }

    [Test]
    public async Task WatchAsync_gives_the_last_snapshot_and_ends_when_the_monitor_is_disposed()
    {
        await MakeQuorateAsync();
        await using IAsyncEnumerator<QuorumSnapshot> reader = Monitor.WatchAsync().GetAsyncEnumerator();
        Assert.That(await reader.MoveNextAsync());
        ValueTask<bool> next = reader.MoveNextAsync();
        await Monitor.DisposeAsync();
        Assert.That(await next);
        Assert.That(reader.Current.UnknownReason, Is.EqualTo(QuorumUnknownReason.Stopped));
        Assert.That(await reader.MoveNextAsync(), Is.False);
    }

    [Test]
    public async Task WaitForQuorumAsync_ends_by_quorum_by_cancellation_and_by_disposal()
    {
        Monitor.Start();
        Task<QuorumSnapshot> waiting = Monitor.WaitForQuorumAsync();
        using CancellationTokenSource cancel = new();
        Task cancelled = Monitor.WaitForQuorumAsync(cancel.Token);
        await cancel.CancelAsync();
        Assert.That(async () => await cancelled.WaitAsync(Bound), Throws.InstanceOf<OperationCanceledException>());
        Daemon.Say(true, Ring, All);
        Assert.That((await waiting.WaitAsync(Bound)).IsQuorate);
        Daemon.Say(false, Ring, All);
        await WaitAsync(snapshot => snapshot.State == QuorumState.Inquorate);
        waiting = Monitor.WaitForQuorumAsync();
        await Monitor.DisposeAsync();
        Assert.That(async () => await waiting.WaitAsync(Bound), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task A_change_of_membership_that_keeps_quorum_keeps_the_token()
    {
        await MakeQuorateAsync();
        CancellationToken lost = Monitor.QuorumLost;
        RingId next = new(new NodeId(1), 0x11);
        Daemon.Say(true, next, NodeList.Create([new(1), new(2)]));
        await WaitAsync(snapshot => snapshot.RingId == next);
        Assert.That(lost.IsCancellationRequested, Is.False);
        Assert.That(Monitor.QuorumLost, Is.EqualTo(lost));
    }

    [Test]
    public async Task A_handler_that_throws_and_one_that_blocks_do_not_stop_the_monitor()
    {
        using ManualResetEventSlim release = new();
        List<QuorumState> seen = [];
        Monitor.Changed += (_, _) => throw new InvalidOperationException("handler");
        Monitor.Changed += (_, snapshot) =>
        {
            seen.Add(snapshot.State);
            release.Wait(Bound);
        };
        await MakeQuorateAsync();
        Daemon.Say(false, Ring, All);
        await WaitAsync(snapshot => snapshot.State == QuorumState.Inquorate);
        release.Set();
        TaskCompletionSource last = new();
        Monitor.Changed += (_, snapshot) =>
        {
            if (snapshot.UnknownReason == QuorumUnknownReason.Stopped)
            {
                last.TrySetResult();
            }
        };
        await Monitor.DisposeAsync();
        await last.Task.WaitAsync(Bound);
        Assert.That(seen, Does.Contain(QuorumState.Quorate));
        Assert.That(seen, Does.Contain(QuorumState.Inquorate));
        Assert.That(Daemon.Errors, Has.Count.GreaterThan(2).And.All.InstanceOf<InvalidOperationException>());
    }

    [Test]
    public async Task Current_allocates_nothing()
    {
        await MakeQuorateAsync();
        QuorumSnapshot snapshot = Monitor.Current;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100_000; i++)
        {
            snapshot = Monitor.Current;
        }

        // One allocation a call would be 2.4 MB or more.
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(allocated, Is.LessThan(1000));
        Assert.That(snapshot.IsQuorate);
    }

    [TestCase(0.0, 0.1)]
    [TestCase(2.0, 2.0)]
    public void Options_out_of_range_are_refused(double staleness, double probe) =>
        Assert.That(
            () => new QuorumMonitor(new()
            {
                MaxStaleness = TimeSpan.FromSeconds(staleness),
                ProbeInterval = TimeSpan.FromSeconds(probe),
            }),
            Throws.InstanceOf<ArgumentException>());

    // Moves the clock step by step until the condition holds. The monitor's loop runs on other threads.
    private async Task AdvanceUntilAsync(Func<bool> condition)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.That(watch.Elapsed, Is.LessThan(Bound));

            // While disconnected, the loop's pause is the only timer. Otherwise the expiry timer is armed too.
            if (Time.Armed > (Monitor.Current.UnknownReason == QuorumUnknownReason.Disconnected ? 0 : 1))
            {
                Time.Advance(TimeSpan.FromMilliseconds(10));
            }

            // Gives the loop the chance to arm its next timer before the clock moves on.
            for (int i = 0; i < 5; i++)
            {
                await Task.Run(static () => { });
            }
        }
    }
}
