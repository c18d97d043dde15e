using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// The commands that ask the services around quorum, beside corosync's own tools on the same daemons.
/// </summary>
public sealed partial class ServicesCliTests : CorosyncFixture
{
    private static readonly CorosyncClusterOptions Knet = new() { Nodes = 3, Transport = ClusterTransport.Knet };

    [Test]
    public async Task Nodes_links_and_status_agree_with_the_native_tools_through_a_cut_and_a_stop()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(Knet);
        await AssertAllAsync(cluster.Node(1), [1, 2, 3], linksExit: 0);

        await cluster.PartitionAsync("1 2", "3");
        await cluster.WaitMembersAsync([1, 2], quorate: true);
        await AssertAllAsync(cluster.Node(1), [1, 2], linksExit: 1);
        await cluster.HealAsync();
        await cluster.WaitMembersAsync([1, 2, 3], quorate: true);
        await AssertAllAsync(cluster.Node(2), [1, 2, 3], linksExit: 0);

        await cluster.StopAsync(3);
        await cluster.WaitMembersAsync([1, 2], quorate: true);
        await AssertAllAsync(cluster.Node(1), [1, 2], linksExit: 1);
    }

    // A reload adds the second link, and then one node loses its address on it.
    [Test]
    public async Task Links_of_a_cluster_with_two_are_those_of_cfgtool_with_one_of_them_cut()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(Knet);
        foreach (CorosyncNode each in cluster.Nodes)
        {
            await each.SucceedAsync("ip", "addr", "add", $"172.31.77.{each.Id}/24", "dev", "eth0");
            await each.SucceedAsync("sed",
                "-Ei",
                @"s/^( *)ring0_addr: .*\.([0-9]+)$/&\n\1ring1_addr: 172.31.77.\2/",
                $"{cluster.StateDirectory}/node{each.Id}/etc/corosync.conf");
        }

        CorosyncNode node = cluster.Node(1);
        await node.SucceedAsync("corosync-cfgtool", "-R");
        await AssertSameAsync(exitCode: 0);
        await cluster.Node(3).SucceedAsync("ip", "addr", "del", "172.31.77.3/24", "dev", "eth0");
        await AssertSameAsync(exitCode: 1);
        JsonElement status = QuorumCli.Parse((await QuorumCli.RunAsync(node, "status", "--json")).Output);
        Assert.That(status.GetProperty("state").GetString(), Is.EqualTo("quorate"));

        // knet measures the MTU of a new link for a while, so the two can see different ones at first.
        async Task AssertSameAsync(int exitCode)
        {
            long start = Stopwatch.GetTimestamp();
            string[] ours;
            string[] theirs;
            do
            {
                CommandResult links = await LinksAsync(node, exitCode, count: 4);
                CommandResult native = await node.RunAsync("corosync-cfgtool", "-n");
                ours =
                [
                    .. QuorumCli.Lines(links).Select(QuorumCli.Parse).Select(static link =>
                        $"{link.GetProperty("link")} {link.GetProperty("source")}->{link.GetProperty("destination")}"
                        + $" {(link.GetProperty("connected").GetBoolean() ? "connected " : "")}"
                        + link.GetProperty("mtu")),
                ];
                theirs =
                [
                    .. PathLines().Matches(native.Output).Select(static match =>
                        $"{match.Groups["link"].Value} {match.Groups["path"].Value}"
                        + $" {match.Groups["connected"].Value}{match.Groups["mtu"].Value}"),
                ];
            }
            while (!ours.SequenceEqual(theirs) && Stopwatch.GetElapsedTime(start) < Patience);

            Assert.That(ours, Is.EqualTo(theirs));
        }
    }

    [Test]
    public async Task Map_says_what_cmapctl_says_and_a_prefix_without_keys_exits_1()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        CorosyncNode node = cluster.Node(1);
        CommandResult ours = await QuorumCli.RunAsync(node, "map", "totem");
        CommandResult native = await node.RunAsync("corosync-cmapctl", "totem");
        Assert.That(ours.ExitCode, Is.Zero, ours.ToString());
        Assert.That(ours.Output, Is.EqualTo(native.Output).And.Contain("totem.version (u32) = 2"));

        // Statistics change all the time, but not their keys.
        ours = await QuorumCli.RunAsync(node, "map", "--stats", "stats.srp.");
        native = await node.RunAsync("corosync-cmapctl", "-m", "stats", "stats.srp.");
        Assert.That(Keys(ours), Is.EqualTo(Keys(native)).And.Not.Empty);

        ours = await QuorumCli.RunAsync(node, "map", "no.such.key");
        Assert.That(ours.ExitCode, Is.EqualTo(1));
        Assert.That(ours.Error, Does.Match(@"\Aquorum: no key [^\n]+'no\.such\.key'\.\n\z"));
    }

    [Test]
    public async Task Map_follow_prints_what_is_there_and_then_each_change()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(Knet);
        await using NodeProcess follow =
            cluster.Node(1).Start(QuorumCli.Command("map", "runtime.members.3.status", "--follow"));
        await Expect("runtime.members.3.status (str) = joined");
        await cluster.StopAsync(3);
        await Expect("modify> runtime.members.3.status (str) = left");
        await cluster.StartNodeAsync(3);
        await Expect("modify> runtime.members.3.status (str) = joined");
        follow.Signal(NodeProcess.Interrupt);
        Assert.That((await follow.WaitAsync(Patience)).ExitCode, Is.Zero);

        async Task Expect(string line) =>
            await follow.ReadUntilAsync(read => string.Equals(read, line, StringComparison.Ordinal), Patience);
    }

    [Test]
    public async Task Map_follow_ends_with_2_when_the_daemon_stops()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        await using NodeProcess follow =
            cluster.Node(1).Start(QuorumCli.Command("map", "totem.version", "--follow", "--json"));
        await follow.ReadUntilAsync(line => line.Contains("totem.version", StringComparison.Ordinal), Patience);
        await cluster.StopAsync(1);
        CommandResult result = await follow.WaitAsync(Patience);
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Match(@"\Aquorum: [^\n]+\n\z"));
    }

    // udpu calls a link connected until its node is lost.
    [Test]
    public async Task Links_of_a_transport_that_does_not_test_them_exit_2_and_1_when_a_node_is_lost()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { Nodes = 2 });
        CommandResult links = await QuorumCli.RunAsync(cluster.Node(1), "links");
        Assert.That(links.ExitCode, Is.EqualTo(2), links.ToString());
        Assert.That(links.Error, Does.Match(@"\Aquorum: corosync does not test the links [^\n]+\n\z"));
        Assert.That(links.Output, Does.Contain("not tested"));

        await cluster.PartitionAsync("1", "2");
        await cluster.WaitMembersAsync([1], quorate: false);
        links = await LinksAsync(cluster.Node(1), exitCode: 1, count: 1);
        Assert.That(QuorumCli.Parse(links.Output).GetProperty("connected").GetBoolean(), Is.False);
    }

    [TestCase("nodes")]
    [TestCase("links")]
    [TestCase("map")]
    [TestCase("map", "--stats")]
    [TestCase("nodes", "--follow")]
    [TestCase("links", "--follow", "--json")]
    [TestCase("map", "--follow")]
    [TestCase("watch")]
    public async Task Refused_uid_exits_2_with_one_line(params string[] command)
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        CommandResult result = await cluster.Node(1).RunAsync(
        [
            "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", .. QuorumCli.Command(command),
        ]);
        Assert.That(result.ExitCode, Is.EqualTo(2), result.ToString());
        Assert.That(result.Error, Does.Match(@"\Aquorum: [^\n]+uidgid[^\n]+\n\z"));
    }

    [Test]
    public async Task Without_a_quorum_provider_status_and_nodes_leave_the_votes_out()
    {
        await using CorosyncCluster cluster =
            await CorosyncCluster.StartAsync(new() { Provider = ClusterProvider.None });
        CommandResult status = await QuorumCli.RunAsync(cluster.Node(1), "status", "--json");
        CommandResult nodes = await QuorumCli.RunAsync(cluster.Node(1), "nodes", "--json");
        JsonElement json = QuorumCli.Parse(status.Output);
        Assert.Multiple(() =>
        {
            Assert.That(status.ExitCode, Is.EqualTo(2));
            Assert.That(json.TryGetProperty("votes", out _), Is.False);
            Assert.That(json.GetProperty("nodes")[0].GetProperty("name").GetString(), Is.EqualTo("node1"));
            Assert.That(nodes.ExitCode, Is.Zero);
            Assert.That(nodes.Error, Does.Match(
                @"\Aquorum: not known: votes\.[^\n]+If corosync runs, it has no votequorum: [^\n]+\n\z"));
            Assert.That(nodes.Output, Does.Contain("\"votes\":null,\"state\":\"member\""));
        });
    }

    private static async Task AssertAllAsync(CorosyncNode node, uint[] members, int linksExit)
    {
        CommandResult list = await node.RunAsync("corosync-quorumtool", "-s");
        string[] native = [.. NodeLines().Matches(list.Output).Select(static match =>
            $"{match.Groups["id"].Value} {match.Groups["name"].Value} {match.Groups["votes"].Value}")];
        CommandResult nodes = await QuorumCli.RunAsync(node, "nodes", "--json");
        JsonElement[] told = [.. QuorumCli.Lines(nodes).Select(QuorumCli.Parse)];
        JsonElement status = QuorumCli.Parse((await QuorumCli.RunAsync(node, "status", "--json")).Output);
        CommandResult links = await LinksAsync(node, linksExit, count: 2);
        string cfgtool = (await node.RunAsync("corosync-cfgtool", "-s")).Output;
        Assert.Multiple(() =>
        {
            Assert.That(nodes.ExitCode, Is.Zero, nodes.ToString());
            Assert.That(told, Has.Length.EqualTo(3));
            Assert.That(native, Has.Length.EqualTo(members.Length), list.ToString());
            Assert.That(QuorumCli.Members(told), Is.EqualTo(native));
            Assert.That(QuorumCli.Members(status.GetProperty("nodes").EnumerateArray()), Is.EqualTo(native));
            JsonElement votes = status.GetProperty("votes");
            Assert.That(list.Output, Does.Match($@"Expected votes: +{votes.GetProperty("expected").GetUInt32()}\s"));
            Assert.That(list.Output, Does.Match($@"Total votes: +{votes.GetProperty("total").GetUInt32()}\s"));
            Assert.That(list.Output, Does.Match($@"Quorum: +{votes.GetProperty("quorum").GetUInt32()}\s"));
            Assert.That(links.Error, Is.Empty);
            Assert.That(
                QuorumCli.Lines(links).Select(QuorumCli.Parse).Select(LinkStory), Is.EqualTo(NativeLinks(cfgtool)));
        });
    }

    // knet notices a cut for itself, before or after the membership changes.
    private static async Task<CommandResult> LinksAsync(CorosyncNode node, int exitCode, int count)
    {
        using CancellationTokenSource limit = new(Patience);
        CommandResult links;
        do
        {
            links = await QuorumCli.RunAsync(node, "links", "--json");
        }
        while ((links.ExitCode != exitCode || QuorumCli.Lines(links).Length != count)
            && !limit.IsCancellationRequested);
        Assert.That(links.ExitCode, Is.EqualTo(exitCode), links.ToString());
        return links;
    }

    private static string LinkStory(JsonElement link) =>
        $"{link.GetProperty("node")} {(link.GetProperty("connected").GetBoolean() ? "connected" : "disconnected")}";

    // corosync-cfgtool -n leaves out the nodes that cannot be reached.
    private static IEnumerable<string> NativeLinks(string cfgtool) => LinkLines().Matches(cfgtool)
        .Where(static match => match.Groups["state"].Value != "localhost")
        .Select(static match => $"{match.Groups["id"].Value} {match.Groups["state"].Value}");

    private static string[] Keys(CommandResult map) =>
        [.. QuorumCli.Lines(map).Select(static line => line.Split(" = ")[0])];

    [GeneratedRegex(
        @"^ +(?<id>\d+) +(?<votes>\d+) +(?<name>\w+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex NodeLines();

    [GeneratedRegex(
        @"LINK: (?<link>\d) (udp )?\((?<path>[^)]+)\) enabled (?<connected>connected )?mtu: (?<mtu>\d+)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PathLines();

    [GeneratedRegex(
        @"nodeid: +(?<id>\d+):\s+(?<state>\w+)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex LinkLines();
}
