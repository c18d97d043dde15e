using System.Globalization;
using System.Text.Json;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// The commands with <c>--model v0</c> in the nodes of a real cluster at corosync's own timing. corosync without model
/// V1 is not installed here, and newer ones speak V0 as it did.
/// </summary>
public sealed class ModelV0CliTests : DefaultTimingFixture
{
    // Says that it got SIGTERM, and ends.
    private const string Script = "trap 'echo term; exit 0' TERM; echo start; while :; do sleep 1000 & wait $!; done";

    [TearDown]
    public async Task Heal()
    {
        await Cluster.HealAsync();
        await Cluster.WaitMembersAsync([1, 2, 3], quorate: true);
    }

    [Test]
    public async Task All_commands_follow_a_cut_and_its_heal()
    {
        await using NodeProcess one = Start(1, "watch", "--json");
        await using NodeProcess three = Start(3, "watch", "--json");
        await using NodeProcess exec = Start(3, "exec", "--", "sh", "-c", Script);
        await one.ExpectAsync(Patience, "connected", "Q 1 [1 2 3]");
        await three.ExpectAsync(Patience, "connected", "Q 1 [1 2 3]");
        await ReadAsync(exec, "start");
        await AssertStatusAsync(3, "quorate", 0, "[1 2 3]");

        await Cluster.PartitionAsync("1 2", "3");
        await one.ExpectAsync(Patience, "Q 1 [1 2]");
        await three.ExpectAsync(Patience, "Q 0 [3]");
        await ReadAsync(exec, "term");
        Assert.That((await exec.WaitAsync(Patience)).ExitCode, Is.EqualTo(1));
        await AssertStatusAsync(1, "quorate", 0, "[1 2]");
        await AssertStatusAsync(3, "inquorate", 1, "[3]");
        Assert.That((await QuorumCli.RunAsync(Cluster.Node(3), "check", "--model", "v0")).ExitCode, Is.EqualTo(1));
        await using NodeProcess wait = Start(3, "wait");

        await Cluster.HealAsync();
        await one.ExpectAsync(Patience, "Q 1 [1 2 3]");
        await three.ExpectAsync(Patience, "Q 1 [1 2 3]");
        CommandResult waited = await wait.WaitAsync(Patience);
        Assert.That(waited.ExitCode, Is.Zero, waited.Error);
    }

    [Test]
    public async Task Command_of_exec_strict_is_dead_before_the_others_go_on_without_this_node()
    {
        await using NodeProcess exec = Start(3, "exec", "--strict", "--", "sh", "-c", Stubborn);
        string line = await exec.ReadUntilAsync(
            static line => line.StartsWith("start", StringComparison.Ordinal), Patience);
        int command = int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
        await using NodeProcess watch = QuorumCli.StartWatch(Cluster.Node(1));
        await watch.ExpectAsync(Patience, "connected");
        await Cluster.PartitionAsync("1 2", "3");
        await watch.ReadUntilAsync(
            static line => QuorumCli.Story(line).StartsWith("NL [1 2]", StringComparison.Ordinal), Patience);
        Assert.That(File.Exists($"/proc/{command}/stat"), Is.False, "the command lives");
    }

    private static Task<string> ReadAsync(NodeProcess process, string expected) =>
        process.ReadUntilAsync(line => string.Equals(line, expected, StringComparison.Ordinal), Patience);

    private NodeProcess Start(int node, string command, params string[] arguments) =>
        Cluster.Node(node).Start([Quorum, command, "--model", "v0", .. arguments]);

    private async Task AssertStatusAsync(int node, string state, int exitCode, string members)
    {
        CommandResult result = await QuorumCli.RunAsync(Cluster.Node(node), "status", "--json", "--model", "v0");
        Assert.That(result.ExitCode, Is.EqualTo(exitCode), result.ToString());
        QuorumTool tool = await QuorumTool.RunAsync(Cluster.Node(node));
        JsonElement json = QuorumCli.Parse(result.Output);
        ulong sequence = ulong.Parse(tool.RingId.Split('.')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        Assert.Multiple(() =>
        {
            Assert.That(json.GetProperty("state").GetString(), Is.EqualTo(state));
            Assert.That(json.GetProperty("ringId").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(json.GetProperty("ringSequence").GetUInt64(), Is.EqualTo(sequence));
            Assert.That(QuorumCli.List(json, "members"), Is.EqualTo(members));
            Assert.That(json.GetProperty("basis").GetString(), Is.EqualTo("tokenAge"));
        });
    }
}
