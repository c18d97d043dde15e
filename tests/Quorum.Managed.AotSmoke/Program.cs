// All libraries in one program that is compiled ahead: a simulated cluster, one direct question, and a host with the
// monitor, its health check and a service that runs while the node is quorate. The exit code is 0 when all of it agrees
// through a cut and its healing.
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Quorum.Managed;
using Quorum.Managed.AotSmoke;
using Quorum.Managed.Hosting;
using Quorum.Managed.Testing;

using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
await using SimulatorGroup nodes = SimulatorGroup.Start(3);
QuorumEndpoint endpoint = QuorumEndpoint.Parse(nodes[1].Endpoint);
await using (QuorumConnection connection = await QuorumConnection.ConnectAsync(new() { Endpoint = endpoint }))
{
    Console.WriteLine($"connection: quorate {await connection.GetQuorateAsync()}");
}

HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
builder.Configuration.AddInMemoryCollection(
    [new("Quorum:Endpoint", nodes[1].Endpoint), new("Quorum:ConnectTimeout", "00:00:05")]);
builder.Services.AddLogging();
builder.Services.AddQuorumMonitor(builder.Configuration.GetSection("Quorum"));
builder.Services.AddHealthChecks().AddQuorum();
builder.Services.AddSingleton<Work>();
builder.Services.AddHostedService(static services => services.GetRequiredService<Work>());
using IHost host = builder.Build();
await host.StartAsync(limit.Token);
Work work = host.Services.GetRequiredService<Work>();
HealthCheckService health = host.Services.GetRequiredService<HealthCheckService>();

await work.UntilAsync(runs: true, limit.Token);
bool good = await HealthIsAsync(HealthStatus.Healthy);
nodes.Cluster.Partition([1], [2, 3]);
await work.UntilAsync(runs: false, limit.Token);
good &= !await HealthIsAsync(HealthStatus.Healthy);
nodes.Cluster.Heal();
await work.UntilAsync(runs: true, limit.Token);
good &= await HealthIsAsync(HealthStatus.Healthy);
await host.StopAsync(limit.Token);
Console.WriteLine($"compiled ahead: {!RuntimeFeature.IsDynamicCodeSupported}");
return good ? 0 : 1;

async Task<bool> HealthIsAsync(HealthStatus wanted)
{
    HealthReport report = await health.CheckHealthAsync(limit.Token);
    Console.WriteLine($"health: {report.Status}, {report.Entries["quorum"].Description}");
    return report.Status == wanted;
}
