using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Quorum.Managed.Hosting;

namespace Quorum.Managed.Samples.Worker;

// Starts five seconds after quorum came (against flapping), and must let go within ten after its loss: else the host goes down.
internal sealed class Owner(QuorumMonitor monitor, ILogger<Owner> logger, IConfiguration configuration)
    : QuorateBackgroundService(monitor, new RunWhileQuorateOptions { SettleTime = configuration.GetValue("Settle", TimeSpan.FromSeconds(5)), Grace = TimeSpan.FromSeconds(10) }, logger)
{
    private readonly string _path = configuration["Lock"] ?? "/tmp/quorum-owner";

    protected override async Task ExecuteWhileQuorateAsync(CancellationToken quorumLost)
    {
        // Whoever sees the file knows that this node owns the resource.
        await using FileStream owned = new(_path, FileMode.Create, FileAccess.Write, FileShare.Read, 4096, FileOptions.DeleteOnClose);
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync(quorumLost))
        {
            // One short step of work; each asks again.
            quorumLost.ThrowIfCancellationRequested();
            await owned.WriteAsync("."u8.ToArray(), quorumLost);
            await owned.FlushAsync(quorumLost);
        }
    }
}
