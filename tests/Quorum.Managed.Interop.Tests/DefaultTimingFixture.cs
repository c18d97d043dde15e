using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>One cluster of three nodes at corosync's own timing for all tests of a fixture.</summary>
public abstract class DefaultTimingFixture : CorosyncFixture
{
    // Ignores SIGTERM, so that its end shows when SIGKILL came.
    private protected const string Stubborn =
        "trap '' TERM; echo start $$; while :; do sleep 1000 & wait $!; done";

    private protected static string Quorum { get; } = Path.Combine(AppContext.BaseDirectory, "quorum");

    private protected CorosyncCluster Cluster { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartCluster() =>
        Cluster = await CorosyncCluster.StartAsync(new() { Nodes = 3, DefaultTiming = true });

    [OneTimeTearDown]
    public async Task StopCluster()
    {
        if (Cluster is not null)
        {
            await Cluster.DisposeAsync();
        }
    }
}
