using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Quorum.Managed.Protocol;
using Quorum.Managed.Testing;

namespace Quorum.Managed.Hosting.Tests;

public sealed class HostingTests : HostFixture
{
    [Test]
    public async Task Host_starts_and_stops_the_monitor_and_logs_its_changes()
    {
        using IHost host = Build();
        QuorumMonitor monitor = host.Services.GetRequiredService<QuorumMonitor>();
        await host.StartAsync();
        Daemon.Say(true, Ring, All);
        await WaitAsync(monitor, snapshot => snapshot.IsQuorate);
        Daemon.Say(false, new RingId(new NodeId(3), 0x11), NodeList.Create([new(3)]));
        await WaitAsync(monitor, snapshot => snapshot.State == QuorumState.Inquorate);
        await host.StopAsync();
        Assert.That(monitor.Current.UnknownReason, Is.EqualTo(QuorumUnknownReason.Stopped));
        await Logs.WaitAsync("Quorate in ring 1.d with members 1, 2, 3");
        await Logs.WaitAsync("Inquorate in ring 3.11 with members 3, left ");
    }

    [Test]
    public async Task Health_is_healthy_when_quorate_by_option_when_inquorate_and_unhealthy_when_unknown(
        [Values(HealthStatus.Degraded, HealthStatus.Unhealthy)] HealthStatus inquorate)
    {
        using IHost host = Build(builder =>
        {
            builder.Services.Configure<QuorumMonitorSettings>(settings => settings.InquorateHealth = inquorate);
            builder.Services.AddHealthChecks().AddQuorum();
        });
        QuorumMonitor monitor = host.Services.GetRequiredService<QuorumMonitor>();
        HealthCheckService health = host.Services.GetRequiredService<HealthCheckService>();
        await host.StartAsync();
        Assert.That((await health.CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Unhealthy));

        Daemon.Say(true, Ring, All);
        await WaitAsync(monitor, snapshot => snapshot.IsQuorate);
        HealthReportEntry entry = (await health.CheckHealthAsync()).Entries["quorum"];
        Assert.That(entry.Status, Is.EqualTo(HealthStatus.Healthy));
        Assert.That(entry.Data["ringId"], Is.EqualTo("1.d"));
        Assert.That(entry.Data["members"], Is.EqualTo(new uint[] { 1, 2, 3 }));
        Assert.That(entry.Data["ageSeconds"], Is.EqualTo(0.0));
        Assert.That(entry.Data["basis"], Is.EqualTo("None"));

        // A jump of the wall clock makes no answer old.
        Time.JumpWallClock(TimeSpan.FromHours(1));
        entry = (await health.CheckHealthAsync()).Entries["quorum"];
        Assert.That(entry.Data["ageSeconds"], Is.EqualTo(0.0));

        // No answer comes after this, so that none is newer than the jump of the clock below.
        Daemon.Hang();
        Daemon.Say(false, Ring, All);
        await WaitAsync(monitor, snapshot => snapshot.State == QuorumState.Inquorate);
        Assert.That((await health.CheckHealthAsync()).Status, Is.EqualTo(inquorate));

        // A suspended host runs no timer. The check must see the age of the snapshot all the same.
        Time.Jump(TimeSpan.FromSeconds(10));
        Assert.That((await health.CheckHealthAsync()).Entries["quorum"].Data["reason"], Is.EqualTo("Stale"));
        await host.StopAsync();
    }

    [Test]
    public async Task Quorate_service_runs_only_while_quorate()
    {
        using IHost host = Build(builder =>
        {
            builder.Services.AddSingleton<Worker>();
            builder.Services.AddHostedService(provider => provider.GetRequiredService<Worker>());
        });
        Worker worker = host.Services.GetRequiredService<Worker>();
        await host.StartAsync();
        Assert.That(worker.Events, Is.Empty);
        Daemon.Say(true, Ring, All);
        Assert.That(await worker.NextAsync(), Is.EqualTo("start"));
        Daemon.Say(false, Ring, All);
        Assert.That(await worker.NextAsync(), Is.EqualTo("stop"));
        Daemon.Say(true, Ring, All);
        Assert.That(await worker.NextAsync(), Is.EqualTo("start"));
        await host.StopAsync().WaitAsync(Bound);
        Assert.That(await worker.NextAsync(), Is.EqualTo("stop"));
    }

    [Test]
    public void Log_messages_have_event_ids_of_their_own()
    {
        const BindingFlags Members =
            BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        int[] ids = [.. typeof(QuorumHealthCheck).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(Members))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .Select(message => message.EventId)];
        Assert.That(ids, Is.Unique.And.All.GreaterThan(0));
        Assert.That(ids, Has.Length.GreaterThan(5));
    }

    [Test]
    public async Task Meter_has_the_documented_instruments_and_values()
    {
        const string Test = nameof(Meter_has_the_documented_instruments_and_values);
        ConcurrentDictionary<string, double> values = new();
        TaskCompletionSource counted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using MeterListener listener = new() { InstrumentPublished = (instrument, self) => Enable(instrument, self) };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.Start();
        using IHost host = Build();
        QuorumMonitor monitor = host.Services.GetRequiredService<QuorumMonitor>();
        await host.StartAsync();
        Daemon.Say(true, Ring, All);
        await WaitAsync(monitor, snapshot => snapshot.IsQuorate);

        // The transition is counted after the snapshot was published.
        await counted.Task.WaitAsync(Bound);
        listener.RecordObservableInstruments();
        Assert.Multiple(() =>
        {
            Assert.That(values["quorum.monitor.state/quorate"], Is.EqualTo(1));
            Assert.That(values["quorum.monitor.state/unknown"], Is.EqualTo(0));
            Assert.That(values["quorum.members"], Is.EqualTo(3));
            Assert.That(values["quorum.ring.sequence"], Is.EqualTo(13));
            Assert.That(values["quorum.monitor.staleness"], Is.EqualTo(0));
            Assert.That(values["quorum.monitor.connects"], Is.EqualTo(1));
            Assert.That(values["quorum.monitor.transitions/quorate"], Is.EqualTo(1));
        });
        await host.StopAsync();

        void Enable(Instrument instrument, MeterListener self)
        {
            if (instrument.Meter.Name == QuorumTelemetry.MeterName)
            {
                self.EnableMeasurementEvents(instrument);
            }
        }

        void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string key = instrument.Name;
            bool own = false;
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                own |= tag.Key == "quorum.monitor.name" && Equals(tag.Value, Test);
                key += tag.Key == "quorum.state" ? "/" + tag.Value : "";
            }

            if (own)
            {
                values[key] = value;
            }

            if (own && key == "quorum.monitor.transitions/quorate")
            {
                counted.TrySetResult();
            }
        }
    }

    [Test]
    public async Task A_monitor_that_gets_quorate_makes_a_span_of_its_connect_and_of_each_request()
    {
        ConcurrentQueue<Activity> spans = new();
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == QuorumTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using QuorumSimulator simulator = QuorumSimulator.Start();
        await using QuorumMonitor monitor = new(new()
        {
            Name = nameof(A_monitor_that_gets_quorate_makes_a_span_of_its_connect_and_of_each_request),
            Connection = new() { Endpoint = QuorumEndpoint.Parse(simulator.Endpoint) },
        });
        monitor.Start();
        await WaitAsync(monitor, snapshot => snapshot.IsQuorate);
        Activity[] own = [.. spans.Where(span => Equals(span.GetTagItem("quorum.monitor.name"), monitor.Name))];
        Assert.That(
            own.Select(span => span.DisplayName),
            Is.SupersetOf(new[] { "quorum connect", "quorum trackstart", "quorum getquorate" }));
        Assert.That(own.Select(span => span.Status), Has.None.EqualTo(ActivityStatusCode.Error));
    }

    [Test]
    public async Task A_connect_that_fails_makes_a_span_that_says_so()
    {
        ConcurrentQueue<Activity> spans = new();
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == QuorumTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using QuorumMonitor monitor = new(new()
        {
            Connection = new() { Endpoint = QuorumEndpoint.Abstract("quorum-without-daemon") },
        });
        monitor.Start();
        await WaitAsync(monitor, snapshot => snapshot.Error is not null);
        Assert.That(spans.TryPeek(out Activity? span));
        Assert.That((span!.DisplayName, span.Status), Is.EqualTo(("quorum connect", ActivityStatusCode.Error)));
    }

    private sealed class Worker(QuorumMonitor monitor) : QuorateBackgroundService(monitor)
    {
        private readonly SemaphoreSlim _ready = new(0);

        public ConcurrentQueue<string> Events { get; } = new();

        public async Task<string> NextAsync()
        {
            Assert.That(await _ready.WaitAsync(Bound));
            return Events.TryDequeue(out string? next) ? next : "";
        }

        public override void Dispose()
        {
            _ready.Dispose();
            base.Dispose();
        }

        protected override async Task ExecuteWhileQuorateAsync(CancellationToken quorumLost)
        {
            Add("start");
            TaskCompletionSource lost = new();
            using CancellationTokenRegistration registration = quorumLost.Register(lost.SetResult);
            await lost.Task;
            Add("stop");
        }

        private void Add(string what)
        {
            Events.Enqueue(what);
            _ready.Release();
        }
    }
}
