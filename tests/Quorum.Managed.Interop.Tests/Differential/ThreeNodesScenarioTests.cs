using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>The handwritten scenarios on three nodes.</summary>
public sealed class ThreeNodesScenarioTests(ScenarioServer server) : ScenarioFixture(server)
{
    private static IEnumerable<string> Names => Scenarios.ThreeNodes.Keys;

    private protected override CorosyncClusterOptions ClusterOptions => new() { Nodes = 3 };

    [TestCaseSource(nameof(Names))]
    public Task Both_do_the_same(string scenario) => PlayAsync(Scenarios.ThreeNodes[scenario]);
}
