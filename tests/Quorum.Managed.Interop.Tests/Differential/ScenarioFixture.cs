using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>A cluster for all scenarios of a fixture.</summary>
public abstract class ScenarioFixture : CorosyncFixture
{
    private protected ScenarioWorld World { get; private set; } = null!;

    private protected abstract CorosyncClusterOptions ClusterOptions { get; }

    [OneTimeSetUp]
    public async Task StartClusterAsync() => World = await ScenarioWorld.StartAsync(ClusterOptions);

    [OneTimeTearDown]
    public async Task StopClusterAsync()
    {
        if (World is not null)
        {
            await World.DisposeAsync();
        }
    }

    private protected async Task PlayAsync(string scenario)
    {
        using ScenarioRunner runner = await ScenarioRunner.PlayAsync(World, Step.ParseAll(scenario));
        await TestContext.Out.WriteLineAsync(runner.ToString());
        Assert.That(runner.Skipped, Is.Zero, $"steps were left out:\n{runner}");
    }
}
