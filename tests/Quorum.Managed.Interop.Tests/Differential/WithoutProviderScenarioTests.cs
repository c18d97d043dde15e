using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>The scenarios written by hand on a node without a quorum provider.</summary>
public sealed class WithoutProviderScenarioTests : ScenarioFixture
{
    private static IEnumerable<string> Names => Scenarios.WithoutProvider.Keys;

    private protected override CorosyncClusterOptions ClusterOptions => new() { Provider = ClusterProvider.None };

    [TestCaseSource(nameof(Names))]
    public Task Both_do_the_same(string scenario) => PlayAsync(Scenarios.WithoutProvider[scenario]);
}
