using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Quorum.Managed.Hosting;

namespace Quorum.Managed.Samples.Worker;

// Owns a resource while this node is quorate. The work starts five seconds after the node became quorate, so that
// flapping does not start it. The work must end within ten seconds after the loss. Otherwise the host stops.
internal sealed class Owner(QuorumMonitor monitor, ILogger<Owner> logger, IConfiguration configuration)
    : QuorateBackgroundService(monitor, OptionsFrom(configuration), logger)
{
    private readonly string _path = configuration["Lock"] ?? "/tmp/quorum-owner";

    protected override async Task ExecuteWhileQuorateAsync(CancellationToken quorumLost)
    {
        // While the file exists, this node owns the resource.
        await using FileStream owned =
            new(_path, FileMode.Create, FileAccess.Write, FileShare.Read, 4096, FileOptions.DeleteOnClose);
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync(quorumLost))
        {
            // Work in short steps, and check before each step that quorum was not lost.
            quorumLost.ThrowIfCancellationRequested();
            await owned.WriteAsync("."u8.ToArray(), quorumLost);
            await owned.FlushAsync(quorumLost);
        }
    }

    private static RunWhileQuorateOptions OptionsFrom(IConfiguration configuration) => new()
    {
        SettleTime = configuration.GetValue("Settle", TimeSpan.FromSeconds(5)),
        Grace = TimeSpan.FromSeconds(10),
    };
}
