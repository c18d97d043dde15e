using System.Diagnostics;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Tests;

public sealed class MonitorRunTests : MonitorFixture
{
    private readonly SemaphoreSlim _started = new(0);
    private int _running;
    private int _starts;

    [SetUp]
    public void Reset()
    {
        _running = _starts = 0;
        while (_started.CurrentCount > 0)
        {
            _started.Wait();
        }
    }

    [Test]
    public async Task Work_starts_with_quorum_is_cancelled_by_its_loss_and_starts_again()
    {
        using CancellationTokenSource stop = new();
        Task<bool> run = Monitor.RunWhileQuorateAsync(WorkAsync, null, stop.Token);
        await MakeQuorateAsync();
        await StartedAsync();
        Daemon.Say(false, Ring, All);
        await WaitAsync(snapshot => snapshot.State == QuorumState.Inquorate);
        Daemon.Say(true, new RingId(new NodeId(1), 0x11), All);
        await StartedAsync();
        Assert.That(_starts, Is.EqualTo(2));
        await stop.CancelAsync();
        Assert.That(async () => await run.WaitAsync(Bound), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_running, Is.Zero);
    }

    [Test]
    public async Task A_callback_that_blocks_holds_up_no_work()
    {
        await MakeQuorateAsync();
        using ManualResetEventSlim release = new();
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<bool> run = Monitor.RunWhileQuorateAsync(
            async token =>
            {
                await using CancellationTokenRegistration own = token.Register(told.SetResult);
                started.SetResult();
                await told.Task;
            },
            new() { Restart = false });
        await started.Task.WaitAsync(Bound);

        // The newest registration is called first.
        CancellationTokenRegistration blocking = Monitor.QuorumLost.Register(release.Wait);
        try
        {
            Daemon.Say(false, Ring, All);
            await told.Task.WaitAsync(Bound);
            Assert.That(await run.WaitAsync(Bound), Is.False);
        }
        finally
        {
            release.Set();
            await blocking.DisposeAsync();
        }
    }

    [Test]
    public async Task Work_without_a_grace_is_told_of_the_loss_too()
    {
        await MakeQuorateAsync();
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<bool> run = Monitor.RunWhileQuorateAsync(
            async token =>
            {
                await using CancellationTokenRegistration own = token.Register(told.SetResult);
                started.SetResult();
                await release.Task;
            },
            new() { Grace = TimeSpan.Zero });
        await started.Task.WaitAsync(Bound);
        Daemon.Say(false, Ring, All);
        await told.Task.WaitAsync(Bound);
        Assert.ThrowsAsync<TimeoutException>(() => run.WaitAsync(Bound));
        release.SetResult();
    }

    [Test]
    public async Task Work_that_ends_ends_the_run()
    {
        await MakeQuorateAsync();
        Assert.That(await Monitor.RunWhileQuorateAsync(_ => Task.CompletedTask).WaitAsync(Bound));
    }

    [Test]
    public async Task What_the_work_throws_comes_out()
    {
        await MakeQuorateAsync();
        Assert.That(
            async () => await Monitor.RunWhileQuorateAsync(_ => throw new FormatException("work")).WaitAsync(Bound),
            Throws.InstanceOf<FormatException>());
    }

    [Test]
    public async Task Without_restart_the_loss_ends_the_run()
    {
        await MakeQuorateAsync();
        Task<bool> run = Monitor.RunWhileQuorateAsync(WorkAsync, new() { Restart = false });
        await StartedAsync();
        Daemon.Die(Gone());
        Assert.That(await run.WaitAsync(Bound), Is.False);
    }

    [Test]
    public async Task Work_that_does_not_end_within_the_grace_is_reported_and_not_started_twice()
    {
        TaskCompletionSource never = new();
        await MakeQuorateAsync();
        Task<bool> run = Monitor.RunWhileQuorateAsync(
            _ =>
            {
                _started.Release();
                return never.Task;
            },
            new() { Grace = TimeSpan.FromSeconds(1) });
        await StartedAsync();
        Daemon.Say(false, Ring, All);
        await WaitAsync(snapshot => snapshot.State == QuorumState.Inquorate);
        Daemon.Say(true, Ring, All);
        await WaitAsync(snapshot => snapshot.IsQuorate);
        for (int i = 0; !run.IsCompleted && i < 1000; i++)
        {
            await PassAsync(TimeSpan.FromSeconds(0.5));
        }

        Assert.That(async () => await run, Throws.InstanceOf<TimeoutException>());
        Assert.That(_started.CurrentCount, Is.Zero);
        never.SetResult();
    }

    [Test]
    public async Task Settle_time_passes_over_a_short_period()
    {
        using CancellationTokenSource stop = new();
        await MakeQuorateAsync();
        RunWhileQuorateOptions options = new() { SettleTime = TimeSpan.FromSeconds(3) };
        Task<bool> run = Monitor.RunWhileQuorateAsync(WorkAsync, options, stop.Token);
        await PassAsync(TimeSpan.FromSeconds(2));
        Daemon.Say(false, Ring, All);
        await WaitAsync(snapshot => snapshot.State == QuorumState.Inquorate);
        Daemon.Say(true, Ring, All);
        await WaitAsync(snapshot => snapshot.IsQuorate);
        await PassAsync(TimeSpan.FromSeconds(2));
        Assert.That(_starts, Is.Zero);
        for (Stopwatch watch = Stopwatch.StartNew(); _starts == 0 && watch.Elapsed < Bound;)
        {
            await PassAsync(TimeSpan.FromSeconds(0.5));
        }

        Assert.That(_starts, Is.EqualTo(1));
        await stop.CancelAsync();
        Assert.That(async () => await run.WaitAsync(Bound), Throws.InstanceOf<OperationCanceledException>());
    }

    private async Task WorkAsync(CancellationToken stop)
    {
        Assert.That(Interlocked.Increment(ref _running), Is.EqualTo(1), "the work never runs twice at the same time");
        Interlocked.Increment(ref _starts);
        _started.Release();
        try
        {
            TaskCompletionSource stopped = new();
            using CancellationTokenRegistration registration = stop.Register(stopped.SetResult);
            await stopped.Task;
            stop.ThrowIfCancellationRequested();
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private async Task StartedAsync() => Assert.That(await _started.WaitAsync(Bound));
}
