using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>All scenarios of a fixture play on one cluster, real or simulated.</summary>
[TestFixture(ScenarioServer.DaemonSharedMemory)]
[TestFixture(ScenarioServer.DaemonSocket)]
[TestFixture(ScenarioServer.SimulatorSharedMemory)]
[TestFixture(ScenarioServer.SimulatorSocket)]
public abstract class ScenarioFixture(ScenarioServer server) : CorosyncFixture
{
    private protected ScenarioWorld World { get; private set; } = null!;

    private protected ScenarioServer Server => server;

    private protected abstract CorosyncClusterOptions ClusterOptions { get; }

    [OneTimeSetUp]
    public async Task StartClusterAsync()
    {
        CorosyncClusterOptions options = ClusterOptions with
        {
            Ipc = server is ScenarioServer.DaemonSocket or ScenarioServer.SimulatorSocket
                ? ClusterIpc.Socket
                : ClusterIpc.SharedMemory,
        };
        World = server is ScenarioServer.DaemonSharedMemory or ScenarioServer.DaemonSocket
            ? await ClusterWorld.StartAsync(options)
            : await SimulatedWorld.StartAsync(options);
    }

    [OneTimeTearDown]
    public async Task StopClusterAsync()
    {
        if (World is not null)
        {
            await World.DisposeAsync();
        }
    }

    private protected async Task<string> PlayAsync(string scenario)
    {
        using ScenarioRunner runner = await ScenarioRunner.PlayAsync(World, Step.ParseAll(scenario));
        await TestContext.Out.WriteLineAsync(runner.ToString());
        Assert.That(runner.Skipped, Is.Zero, $"steps were left out:\n{runner}");
        return runner.ToString();
    }
}
