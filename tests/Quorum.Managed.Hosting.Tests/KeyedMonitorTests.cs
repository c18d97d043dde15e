using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Quorum.Managed.OpenTelemetry;
using Quorum.Managed.Testing;

namespace Quorum.Managed.Hosting.Tests;

/// <summary>Several clusters in one process, on simulated daemons.</summary>
public sealed class KeyedMonitorTests : HostFixture
{
    [Test]
    public async Task Each_key_has_its_own_cluster_health_and_metrics()
    {
        await using QuorumSimulator east = QuorumSimulator.Start();
        await using QuorumSimulator west = QuorumSimulator.Start();
        west.Cluster.Partition([1], [2, 3]);
        List<Metric> metrics = [];
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddKeyedQuorumMonitor("east", settings => settings.Endpoint = east.Endpoint.ToString());
        builder.Services.AddKeyedQuorumMonitor("west", settings =>
        {
            settings.Endpoint = west.Endpoint.ToString();
            // The same name: only the number tells them apart.
            settings.Name = "east";
        });
        builder.Services.AddHealthChecks().AddQuorum("east", serviceKey: "east").AddQuorum("west", serviceKey: "west");
        builder.Services.AddOpenTelemetry().WithMetrics(provider =>
            provider.AddQuorumInstrumentation().AddInMemoryExporter(metrics));
        using IHost host = builder.Build();
        await host.StartAsync();
        QuorumMonitor eastern = host.Services.GetRequiredKeyedService<QuorumMonitor>("east");
        QuorumMonitor western = host.Services.GetRequiredKeyedService<QuorumMonitor>("west");
        Assert.That(host.Services.GetRequiredKeyedService<IQuorumMonitor>("west"), Is.SameAs(western));
        await WaitAsync(eastern, static snapshot => snapshot.IsQuorate);
        await WaitAsync(western, static snapshot => snapshot.State == QuorumState.Inquorate);

        HealthReport health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.That(health.Entries["east"].Status, Is.EqualTo(HealthStatus.Healthy));
        Assert.That(health.Entries["west"].Status, Is.EqualTo(HealthStatus.Unhealthy));

        host.Services.GetRequiredService<MeterProvider>().ForceFlush();
        Assert.That(MembersOf(metrics), Is.EquivalentTo(new[] { 1L, 3L }));
        await host.StopAsync();
        Assert.That(western.Current.UnknownReason, Is.EqualTo(QuorumUnknownReason.Stopped));
    }

    [Test]
    public async Task Traces_reach_open_telemetry()
    {
        List<System.Diagnostics.Activity> spans = [];
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        await using QuorumSimulator simulator = QuorumSimulator.Start();
        string name = TestContext.CurrentContext.Test.Name;
        builder.Services.AddQuorumMonitor(settings =>
        {
            settings.Endpoint = simulator.Endpoint.ToString();
            settings.Name = name;
        });
        builder.Services.AddOpenTelemetry().WithTracing(provider =>
            provider.AddQuorumInstrumentation().AddInMemoryExporter(spans));
        using IHost host = builder.Build();
        await host.StartAsync();
        await WaitAsync(host.Services.GetRequiredService<QuorumMonitor>(), static snapshot => snapshot.IsQuorate);
        host.Services.GetRequiredService<TracerProvider>().ForceFlush();
        await host.StopAsync();
        Assert.That(
            spans.Where(span => Equals(span.GetTagItem("quorum.monitor.name"), name))
                .Select(static span => span.DisplayName),
            Does.Contain("quorum connect").And.Contain("quorum getquorate"));
    }

    [Test]
    public void Second_call_with_the_same_key_adds_no_second_monitor()
    {
        ServiceCollection services = new();
        services.AddKeyedQuorumMonitor("east").AddKeyedQuorumMonitor("east");
        Assert.That(services.Count(static service => service.ServiceType == typeof(IHostedService)), Is.EqualTo(1));
    }

    [Test]
    public async Task Inquorate_is_unhealthy_unless_said_otherwise()
    {
        using IHost host = Build(static builder => builder.Services.AddHealthChecks().AddQuorum());
        await host.StartAsync();
        Daemon.Say(false, Ring, All);
        await WaitAsync(
            host.Services.GetRequiredService<QuorumMonitor>(),
            static snapshot => snapshot.State == QuorumState.Inquorate);
        HealthReport health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.That(health.Status, Is.EqualTo(HealthStatus.Unhealthy));
    }

    // One point a monitor, by the attributes that tell the two apart.
    private static List<long> MembersOf(List<Metric> metrics)
    {
        List<long> members = [];
        foreach (ref readonly MetricPoint point in metrics.Last(static metric => metric.Name == "quorum.members")
            .GetMetricPoints())
        {
            foreach (KeyValuePair<string, object?> tag in point.Tags)
            {
                if (tag is { Key: "quorum.monitor.name", Value: "east" })
                {
                    members.Add(point.GetSumLong());
                }
            }
        }

        return members;
    }
}
