using System.Text.Json;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>The quorum command as a process in the nodes of real clusters.</summary>
public sealed class CliTests : CorosyncFixture
{
    private static readonly string[] Status = ["status", "--json", "--timeout", "20s"];

    [Test]
    public async Task Status_agrees_with_quorumtool_and_exits_1_on_an_isolated_node()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { Nodes = 3 });
        await AssertStatusAsync(cluster.Node(1), "quorate", 0, [1, 2, 3]);

        await cluster.PartitionAsync("1 2", "3");
        await cluster.WaitMembersAsync([1, 2], quorate: true);
        await cluster.WaitMembersAsync([3], quorate: false);
        await AssertStatusAsync(cluster.Node(1), "quorate", 0, [1, 2]);
        await AssertStatusAsync(cluster.Node(3), "inquorate", 1, [3]);
        Assert.That((await QuorumCli.RunAsync(cluster.Node(1), "check")).ExitCode, Is.Zero);
        Assert.That((await QuorumCli.RunAsync(cluster.Node(3), "check")).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task Status_and_check_of_a_corosync_without_a_quorum_provider_exit_2()
    {
        await using CorosyncCluster cluster =
            await CorosyncCluster.StartAsync(new() { Provider = ClusterProvider.None });
        CommandResult status = await QuorumCli.RunAsync(cluster.Node(1), "status");
        CommandResult check = await QuorumCli.RunAsync(cluster.Node(1), "check");
        Assert.Multiple(() =>
        {
            Assert.That(status.ExitCode, Is.EqualTo(2));
            Assert.That(status.Output, Does.Contain("unknown").And.Contain("no quorum provider"));
            Assert.That(check.ExitCode, Is.EqualTo(2));
            Assert.That(check.Error, Does.Contain("no quorum provider"));
        });
    }

    [Test]
    public async Task Watch_prints_the_sequences_of_both_sides_of_a_cut_and_ends_on_a_signal()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { Nodes = 3 });
        await using NodeProcess one = QuorumCli.StartWatch(cluster.Node(1));
        await using NodeProcess three = QuorumCli.StartWatch(cluster.Node(3));
        await one.ExpectAsync(Patience, "connected", "NL [1 2 3] j=[] l=[]", "Q 1 [1 2 3]");
        await three.ExpectAsync(Patience, "connected", "NL [1 2 3] j=[] l=[]", "Q 1 [1 2 3]");

        await cluster.PartitionAsync("1 2", "3");
        await one.ExpectAsync(Patience, "NL [1 2] j=[] l=[3]", "Q 1 [1 2]");
        await three.ExpectAsync(Patience, "NL [3] j=[] l=[1 2]", "Q 0 [3]");
        await cluster.HealAsync();
        await one.ExpectAsync(Patience, "NL [1 2 3] j=[3] l=[]", "Q 1 [1 2 3]");
        await three.ExpectAsync(Patience, "NL [1 2 3] j=[1 2] l=[]", "Q 1 [1 2 3]");

        string maps = await File.ReadAllTextAsync($"/proc/{three.Pid}/maps");
        Assert.That(maps, Does.Contain("Quorum.Managed.dll"));
        Assert.That(maps, Does.Not.Match("lib(quorum|qb|corosync)"), "native libraries are loaded");
        one.Signal(NodeProcess.Terminate);
        three.Signal(NodeProcess.Interrupt);
        Assert.That((await one.WaitAsync(Patience)).ExitCode, Is.Zero);
        Assert.That((await three.WaitAsync(Patience)).ExitCode, Is.Zero);
    }

    [Test]
    public async Task Watch_reconnects_when_the_daemon_is_back([Values] bool gently)
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        await using NodeProcess watch = QuorumCli.StartWatch(cluster.Node(1));
        await watch.ExpectAsync(Patience, "connected", "NL [1] j=[] l=[]", "Q 1 [1]");

        await (gently ? cluster.StopAsync(1) : cluster.KillAsync(1));
        await watch.ExpectAsync(Patience, "disconnected");
        await cluster.StartNodeAsync(1);
        await watch.ExpectAsync(Patience, "connected", "Q 1 [1]");
    }

    [Test]
    public async Task Status_without_a_daemon_exits_2_with_one_line()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        await cluster.StopAsync(1);
        AssertUnknown(await QuorumCli.RunAsync(cluster.Node(1), "status"), "Is corosync running");
    }

    [Test]
    public async Task Status_of_a_refused_uid_names_uidgid_and_works_when_allowed([Values] bool allowed)
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { Uids = allowed ? [65534] : [] });
        CommandResult result = await cluster.Node(1).RunAsync(
            ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", .. QuorumCli.Command(Status)]);
        if (allowed)
        {
            Assert.That(result.ExitCode, Is.Zero, result.ToString());
        }
        else
        {
            AssertUnknown(result, "uidgid { uid: ");
        }
    }

    [Test]
    public async Task Status_where_dev_shm_is_not_shared_names_the_missing_path_and_works_with_its_option()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { PrivateSharedMemory = true });
        CorosyncNode node = cluster.Node(1);
        // Leaves the node's mount namespace, and stays in its network namespace.
        string[] outside = ["nsenter", $"--mount=/proc/{Environment.ProcessId}/ns/mnt", "--"];
        AssertUnknown(await node.RunAsync([.. outside, .. QuorumCli.Command(Status)]), $"/dev/shm/qb-{node.Pid}-");
        CommandResult result = await node.RunAsync(
            [.. outside, .. QuorumCli.Command(Status), "--shm-dir", node.Root + "/dev/shm"]);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
    }

    [TestCase("status")]
    [TestCase("check")]
    [TestCase("wait")]
    public async Task A_frozen_daemon_is_unknown_at_the_timeout(string command)
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        await cluster.PauseAsync(1);
        CommandResult result = await QuorumCli.RunAsync(cluster.Node(1), command, "--timeout", "2s");
        AssertUnknown(
            result with { Error = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1] }, "2 s");
    }

    [TestCase("status", "--no-such-option")]
    [TestCase("status", "--endpoint", "tcp:localhost")]
    [TestCase("no-such-command")]
    public async Task Misuse_exits_64_with_a_line(params string[] arguments)
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        CommandResult result = await QuorumCli.RunAsync(cluster.Node(1), arguments);
        Assert.That(result.ExitCode, Is.EqualTo(64), result.ToString());
        Assert.That(result.Error.TrimEnd('\n'), Is.Not.Empty.And.Not.Contains('\n'));
    }

    private static async Task AssertStatusAsync(CorosyncNode node, string state, int exitCode, uint[] members)
    {
        CommandResult result = await QuorumCli.RunAsync(node, Status);
        Assert.That(result.ExitCode, Is.EqualTo(exitCode), result.ToString());
        QuorumTool tool = await QuorumTool.RunAsync(node);
        JsonElement json = QuorumCli.Parse(result.Output);
        Assert.Multiple(() =>
        {
            Assert.That(json.GetProperty("state").GetString(), Is.EqualTo(state));
            Assert.That(json.GetProperty("quorate").GetBoolean(), Is.EqualTo(tool.Quorate));
            Assert.That(json.GetProperty("ringId").GetString(), Is.EqualTo(tool.RingId));
            Assert.That(QuorumCli.List(json, "members"), Is.EqualTo($"[{string.Join(' ', tool.Members)}]"));
            Assert.That(tool.Members, Is.EqualTo(members));
            Assert.That(json.GetProperty("quorumType").GetString(), Is.EqualTo("set"));
            Assert.That(json.GetProperty("daemonPid").GetInt32(), Is.EqualTo(node.Pid));
            Assert.That(json.GetProperty("error").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(json.GetProperty("basis").GetString(), Is.EqualTo("tokenAge"));
            Assert.That(json.GetProperty("validUntil").ValueKind, Is.EqualTo(JsonValueKind.Null));
        });
    }

    private static void AssertUnknown(CommandResult result, string why) => Assert.Multiple(() =>
    {
        Assert.That(result.ExitCode, Is.EqualTo(2), result.ToString());
        Assert.That(result.Error, Does.Contain(why));
        Assert.That(result.Error.TrimEnd('\n'), Does.Not.Contain('\n'), "one line");
    });
}
