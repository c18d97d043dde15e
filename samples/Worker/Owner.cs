using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Quorum.Managed.Hosting;

namespace Quorum.Managed.Samples.Worker;

// The work starts when quorum has held for five seconds, so that short gains of quorum do not start it. After the loss
// of quorum the work has ten seconds to end; then the host stops.
internal sealed class Owner(QuorumMonitor monitor, ILogger<Owner> logger, IConfiguration configuration)
    : QuorateBackgroundService(monitor, Options(configuration), logger)
{
    private readonly string _path = configuration["Lock"] ?? "/tmp/quorum-owner";

    private static RunWhileQuorateOptions Options(IConfiguration configuration) => new()
    {
        SettleTime = configuration.GetValue("Settle", TimeSpan.FromSeconds(5)),
        Grace = TimeSpan.FromSeconds(10),
    };

    protected override async Task ExecuteWhileQuorateAsync(CancellationToken quorumLost)
    {
        // The file shows other processes that this node owns the resource.
        await using FileStream owned =
            new(_path, FileMode.Create, FileAccess.Write, FileShare.Read, 4096, FileOptions.DeleteOnClose);
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync(quorumLost))
        {
            // The work consists of short steps. Each step checks for quorum first.
            quorumLost.ThrowIfCancellationRequested();
            await owned.WriteAsync("."u8.ToArray(), quorumLost);
            await owned.FlushAsync(quorumLost);
        }
    }
}
