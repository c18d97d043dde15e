using CsCheck;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.ServicesBesideNative;

/// <summary>libvotequorum, libcmap and libcfg beside our connections, on the same daemon.</summary>
[TestFixture(ClusterIpc.SharedMemory, 1)]
[TestFixture(ClusterIpc.Socket, 1)]
[TestFixture(ClusterIpc.SharedMemory, 3)]
[TestFixture(ClusterIpc.Socket, 3)]
public sealed class ServiceScenarioTests(ClusterIpc ipc, int nodes) : CorosyncFixture
{
    private static readonly Gen<string> Steps = Gen.OneOf(
        Gen.Int[0, 4].Select(static node => $"info {node}"),
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 3], static (flags, context) => $"votes-track {flags} {context}"),
        Gen.Const("votes-stop"),
        OneOf("totem.version", "totem.token", "t.a", "t.b", "nodelist.local_node_pos").Select(k => $"get icmap {k}"),
        OneOf("nodelist.", "t.", "t.a", "totem.", "none").Select(static prefix => $"list icmap {prefix}"),
        Gen.Select(OneOf("t.a", "t.b"), OneOf("u8 1", "u8 2", "str x", "u64 7"), static (k, v) => $"set {k} {v}"),
        Gen.Const("local"),
        Gen.Int[0, 4].Select(static node => $"addrs {node}"),
        Gen.Int[0, 4].Select(static node => $"status {node}"),
        OneOf("cfg-track", "cfg-stop"),
        Gen.Const("dispatch"));

    // The trackers of a scenario are added at its beginning.
    private static readonly Gen<string> Generated = Gen.Select(
        OneOf("t.", "t.a"), Gen.Int[1, 7], Steps.List[3, 25], static (prefix, what, steps) =>
            string.Join("; ", steps.Prepend($"watch icmap 1 {prefix} {what}")));

    private CorosyncCluster _cluster = null!;

    private static IEnumerable<string> Names => ServiceScenarios.Any.Keys.Concat(ServiceScenarios.Three.Keys);

    [OneTimeSetUp]
    public async Task StartCluster()
    {
        bool installed = NativeCmap.IsAvailable && NativeCfg.IsAvailable && NativeVoteQuorum.IsAvailable;
        Assume.That(installed, "libvotequorum8, libcmap4 and libcfg7 are installed");
        _cluster = await CorosyncCluster.StartAsync(new()
        {
            Nodes = nodes,
            Ipc = ipc,
            Transport = nodes == 1 ? ClusterTransport.Udpu : ClusterTransport.Knet,
        });
    }

    [OneTimeTearDown]
    public async Task StopCluster()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    [TestCaseSource(nameof(Names))]
    public async Task Both_sides_do_the_same(string name)
    {
        if (!ServiceScenarios.Any.TryGetValue(name, out string? scenario))
        {
            Assume.That(nodes, Is.EqualTo(3), "the scenario needs three nodes");
            scenario = ServiceScenarios.Three[name];
        }

        await using ServiceScenarioRunner runner = new(_cluster);
        await runner.PlayAsync(scenario);
    }

    [Test]
    public async Task Both_sides_do_the_same_in_generated_scenarios() =>
        await Generated.SampleAsync(
            async scenario =>
            {
                await using ServiceScenarioRunner runner = new(_cluster);
                await runner.PlayAsync(scenario);
            },
            iter: 30,
            threads: 1);

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
