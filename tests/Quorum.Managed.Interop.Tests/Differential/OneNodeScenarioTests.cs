using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>The handwritten scenarios on one node.</summary>
public sealed class OneNodeScenarioTests(ScenarioServer server) : ScenarioFixture(server)
{
    private static IEnumerable<string> Names => Scenarios.OneNode.Keys;

    private protected override CorosyncClusterOptions ClusterOptions => new() { QuorumDevice = true };

    [TestCaseSource(nameof(Names))]
    public async Task Both_do_the_same(string scenario) =>
        Transcripts.Check(Server, scenario, await PlayAsync(Scenarios.OneNode[scenario]));
}
