namespace Quorum.Managed.Tests;

/// <summary>Work that must have ended before another node may act.</summary>
public sealed class StrictRunTests : MonitorFixture
{
    // No shorter than the monitor's looks: in a step without a look nothing answers.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1.5);
    private TimeSpan _sinceToken;

    [Test]
    public void A_monitor_without_leases_refuses_it() =>
        Assert.That(
            () => Monitor.RunWhileQuorateAsync(_ => Task.CompletedTask, new() { Strict = true, Grace = Grace }),
            Throws.ArgumentException.With.Message.Contains("leased"));

    [Test]
    public async Task A_grace_that_does_not_fit_the_lease_is_refused_with_the_numbers()
    {
        await using QuorumMonitor monitor = await StartAsync();
        Assert.That(
            async () => await monitor.RunWhileQuorateAsync(_ => Task.CompletedTask, new() { Strict = true })
                .WaitAsync(Bound),
            Throws.InvalidOperationException.With.Message.Contains("10.0 s").And.Message.Contains("1.9 s"));
    }

    [Test]
    public async Task The_work_is_told_to_stop_when_the_grace_still_fits_into_the_lease()
    {
        await using QuorumMonitor monitor = await StartAsync();
        TaskCompletionSource started = new();
        TaskCompletionSource<TimeSpan?> stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<bool> run = monitor.RunWhileQuorateAsync(
            async stop =>
            {
                await using CancellationTokenRegistration registration =
                    stop.Register(() => stopped.TrySetResult(monitor.LeaseRemaining));
                started.SetResult();
                await stopped.Task;
            },
            new() { Strict = true, Grace = Grace, Restart = false });
        await started.Task.WaitAsync(Bound);

        // While the lease is renewed, the work goes on.
        for (int i = 0; i < 300; i++)
        {
            await PassStepAsync(tokens: true);
        }

        Assert.That(stopped.Task.IsCompleted, Is.False);
        while (monitor.LeaseRemaining is { } left && left > Grace)
        {
            await PassStepAsync(tokens: false);
        }

        TimeSpan? remaining = await stopped.Task.WaitAsync(Bound);
        Assert.That(remaining, Is.InRange(Grace - Step, Grace));
        Assert.That(await run.WaitAsync(Bound), Is.False);
    }

    private async Task<QuorumMonitor> StartAsync()
    {
        Daemon.Timing = LeaseScene.TimingOf(3650, 4380, 869, 685);
        Daemon.Token = new TokenState(1000, 3, 3, 3);
        QuorumMonitor monitor = new(
            new() { Assurance = QuorumAssurance.Leased, MaxStaleness = TimeSpan.FromSeconds(20) },
            Time,
            Daemon.ConnectAsync);
        monitor.Start();
        Daemon.Say(true, Ring, All);
        for (int i = 0; !monitor.Current.IsQuorate; i++)
        {
            Assert.That(i, Is.LessThan(3000), $"The monitor says: {monitor.Current}");
            await PassStepAsync(tokens: true);
        }

        return monitor;
    }

    private async Task PassStepAsync(bool tokens)
    {
        _sinceToken += Step;
        if (tokens && _sinceToken >= TimeSpan.FromMilliseconds(680))
        {
            _sinceToken = TimeSpan.Zero;
            Daemon.Token = Daemon.Token!.Value with { Received = Daemon.Token.Value.Received + 1 };
        }

        int answered = Daemon.Answers;
        Time.Advance(Step);
        await Daemon.WaitAnswersAsync(answered + 1);
    }
}
