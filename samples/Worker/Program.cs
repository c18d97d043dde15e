// A worker that owns a resource, here a lock file, only while this node is quorate. To run it on a cluster node:
// dotnet run --project samples/Worker -- --Quorum:MaxStaleness=00:00:02 --Lock=/tmp/owner
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Quorum.Managed.Hosting;
using Quorum.Managed.Samples.Worker;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Services.AddQuorumMonitor(builder.Configuration.GetSection("Quorum"));
builder.Services.AddHostedService<Owner>();
await builder.Build().RunAsync();
