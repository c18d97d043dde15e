using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>The handwritten scenarios on a node without a quorum provider.</summary>
public sealed class WithoutProviderScenarioTests(ScenarioServer server) : ScenarioFixture(server)
{
    private static IEnumerable<string> Names => Scenarios.WithoutProvider.Keys;

    private protected override CorosyncClusterOptions ClusterOptions => new() { Provider = ClusterProvider.None };

    [TestCaseSource(nameof(Names))]
    public async Task Both_do_the_same(string scenario) =>
        Transcripts.Check(Server, scenario, await PlayAsync(Scenarios.WithoutProvider[scenario]));
}
