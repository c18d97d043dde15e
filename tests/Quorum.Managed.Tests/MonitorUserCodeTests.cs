using System.Diagnostics;
using System.Diagnostics.Metrics;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Tests;

/// <summary>User code that throws or blocks, and a thread pool that has no thread left.</summary>
[NonParallelizable]
public sealed class MonitorUserCodeTests : MonitorFixture
{
    [Test]
    public async Task Listeners_and_handlers_that_throw_do_not_end_the_monitor()
    {
        using MeterListener metrics = new();
        metrics.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == QuorumTelemetry.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        metrics.SetMeasurementEventCallback<long>((_, _, _, _) => throw new FormatException("metrics"));
        metrics.SetMeasurementEventCallback<double>((_, _, _, _) => throw new FormatException("metrics"));
        metrics.Start();
        using ActivityListener traces = new()
        {
            ShouldListenTo = source => source.Name == QuorumTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => throw new FormatException("traces"),
        };
        ActivitySource.AddActivityListener(traces);
        QuorumMonitorOptions options = new() { UnobservedError = _ => throw new FormatException("handler of errors") };
        await using QuorumMonitor monitor = new(options, Time, Daemon.ConnectAsync);
        monitor.Changed += (_, _) => throw new FormatException("handler");
        using CancellationTokenSource limit = new(Bound);
        monitor.Start();
        Daemon.Say(true, Ring, All);
        await monitor.WaitForQuorumAsync(limit.Token);
        await using CancellationTokenRegistration registration =
            monitor.QuorumLost.Register(() => throw new FormatException("loss"));
        Daemon.Say(false, Ring, All);
        await foreach (QuorumSnapshot snapshot in monitor.WatchAsync(limit.Token))
        {
            if (snapshot.State == QuorumState.Inquorate)
            {
                break;
            }
        }

        Daemon.Say(true, Ring, All);
        Assert.That((await monitor.WaitForQuorumAsync(limit.Token)).IsQuorate);
    }

    // With the system's clock: the expiry and the callbacks of the token run though no thread of the pool is free.
    [Test]
    public async Task A_loss_is_signalled_though_the_thread_pool_is_starved()
    {
        QuorumMonitorOptions options = new()
        {
            MaxStaleness = TimeSpan.FromMilliseconds(500),
            RecoverySettleTime = TimeSpan.Zero,
        };
        await using QuorumMonitor monitor = new(options, null, Daemon.ConnectAsync);
        monitor.Start();
        Daemon.Say(true, Ring, All);
        using CancellationTokenSource limit = new(Bound);
        await monitor.WaitForQuorumAsync(limit.Token);
        // Not disposed: items of the pool may still look at them.
        ManualResetEventSlim lost = new();
        ManualResetEventSlim release = new();
        await using CancellationTokenRegistration registration = monitor.QuorumLost.Register(lost.Set);
        bool signalled = false;
        Thread main = new(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                ThreadPool.UnsafeQueueUserWorkItem(_ => release.Wait(), null);
            }

            signalled = lost.Wait(Bound);
            release.Set();
        });
        main.Start();
        main.Join();
        Assert.That(signalled);
    }

    [Test]
    public async Task Work_does_not_start_on_a_token_of_a_process_that_stood_still()
    {
        await MakeQuorateAsync();
        int starts = 0;
        using CancellationTokenSource stop = new();
        Task<bool> run = Monitor.RunWhileQuorateAsync(
            _ =>
            {
                starts++;
                Assert.That(Monitor.Current.IsQuorate);
                return Task.CompletedTask;
            },
            new() { SettleTime = TimeSpan.FromSeconds(1) },
            stop.Token);

        // The clock passes the settle time and the greatest age at once, before the expiry has run.
        Daemon.Hang();
        await WaitArmedAsync();
        Time.Jump(TimeSpan.FromSeconds(10));
        Time.Advance(TimeSpan.Zero);
        Daemon.Continue();
        await WaitAsync(snapshot => snapshot.State == QuorumState.Unknown);
        Assert.That(starts, Is.Zero);
        await stop.CancelAsync();
        Assert.That(async () => await run.WaitAsync(Bound), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(starts, Is.Zero);
    }

    [Test]
    public async Task Start_racing_Dispose_leaves_no_monitor_behind_in_the_metrics()
    {
        for (int i = 0; i < 200; i++)
        {
            QuorumMonitor monitor = new(new() { Name = "race" }, Time, Daemon.ConnectAsync);
            await Task.WhenAll(
                Task.Run(() =>
                {
                    try
                    {
                        monitor.Start();
                    }
                    catch (ObjectDisposedException)
                    {
                        // Disposed before it was started.
                    }
                }),
                Task.Run(monitor.Dispose));
            await monitor.DisposeAsync().AsTask().WaitAsync(Bound);
        }

        int left = 0;
        using MeterListener metrics = new();
        metrics.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == QuorumTelemetry.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        metrics.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                left += tag.Value is "race" ? 1 : 0;
            }
        });
        metrics.Start();
        metrics.RecordObservableInstruments();
        Assert.That(left, Is.Zero);
    }

    // Waits until the settle time runs, beside the expiry.
    private Task WaitArmedAsync() => Wait.UntilAsync(() => Time.Armed >= 2, "the settle time was not armed");
}
