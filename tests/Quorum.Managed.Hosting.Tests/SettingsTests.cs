using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Hosting.Tests;

/// <summary>The monitor's settings as configuration gives them.</summary>
public sealed class SettingsTests
{
    [Test]
    public void Configuration_is_bound()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Quorum:Endpoint"] = "unix:/run/quorum",
            ["Quorum:MaxStaleness"] = "00:00:03",
            ["Quorum:InquorateHealth"] = "Unhealthy",
            ["Quorum:Assurance"] = "Leased",
            ["Quorum:LeaseMargin"] = "00:00:00.2",
            ["Quorum:IncludeNames"] = "true",
            ["Quorum:AdditionalTrustedUids:0"] = "110",
            ["Quorum:MaxMessageSize"] = "131072",
            ["Quorum:Model"] = "V0",
            ["Quorum:FallBackToV0"] = "false",
            ["Quorum:AssumeModelV1"] = "true",
        });
        builder.Services.AddQuorumMonitor(builder.Configuration.GetSection("Quorum"));
        using IHost host = builder.Build();
        QuorumMonitorSettings settings = host.Services.GetRequiredService<IOptions<QuorumMonitorSettings>>().Value;
        Assert.That(settings.Endpoint, Is.EqualTo("unix:/run/quorum"));
        Assert.That(settings.MaxStaleness, Is.EqualTo(TimeSpan.FromSeconds(3)));
        Assert.That(settings.InquorateHealth, Is.EqualTo(HealthStatus.Unhealthy));
        QuorumMonitorOptions options = settings.ToOptions(null);
        Assert.That(
            (options.Assurance, options.LeaseMargin),
            Is.EqualTo((QuorumAssurance.Leased, TimeSpan.FromMilliseconds(200))));
        Assert.That((options.IncludeVotes, options.IncludeNames), Is.EqualTo((false, true)));
        QuorumConnectionOptions connection = options.Connection;
        Assert.That(connection.Endpoint.ToString(), Does.Contain("/run/quorum"));
        Assert.That(connection.AdditionalTrustedUids, Is.EqualTo([110u]));
        Assert.That(
            (connection.MaxMessageSize, connection.Model, connection.FallBackToV0, connection.AssumeModelV1),
            Is.EqualTo((131072, QuorumModel.V0, (bool?)false, true)));
    }

    [Test]
    public void Without_an_endpoint_the_environment_decides() =>
        Assert.That(
            new QuorumMonitorSettings().ToOptions(null).Connection.Endpoint, Is.SameAs(QuorumEndpoint.Default));

    [TestCase("Endpoint", "nowhere")]
    [TestCase("MaxStaleness", "00:00:00")]
    [TestCase("ProbeInterval", "00:01:00")]
    [TestCase("LeaseMargin", "00:02:00")]
    [TestCase("ConnectTimeout", "-00:01:00")]
    [TestCase("SharedMemoryDirectory", "dev/shm")]
    [TestCase("MaxMessageSize", "1")]
    [TestCase("Model", "7")]
    [TestCase("InquorateHealth", "Healthy")]
    public void Wrong_configuration_fails_the_start(string name, string value)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Quorum:" + name] = value });
        builder.Services.AddQuorumMonitor(builder.Configuration.GetSection("Quorum"));
        using IHost host = builder.Build();
        Assert.That(async () => await host.StartAsync(), Throws.InstanceOf<OptionsValidationException>());
    }
}
