using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// status, nodes, links, map and what follows changes, beside corosync's own tools on the daemons of a knet cluster
/// with two interfaces and two links, through all that happens to one.
/// </summary>
public sealed partial class TwoLinksCliTests : CorosyncFixture
{
    private static readonly CorosyncClusterOptions TwoLinks = new()
    {
        Nodes = 3,
        Transport = ClusterTransport.Knet,
        SecondLink = true,
    };

    [Test]
    public async Task Commands_say_what_the_native_tools_say_through_a_cut_a_partition_a_stop_and_a_reload()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(TwoLinks);
        CorosyncNode node = cluster.Node(1);
        await using NodeProcess watch = QuorumCli.StartWatch(node);
        await using NodeProcess links = node.Start(QuorumCli.Command("links", "--follow", "--json"));
        await SeeAsync(watch, """{"1":"node1","2":"node2","3":"node3"}""");
        await SeeAsync(links, "\"node\":3,\"name\":\"node3\",\"link\":1,\"enabled\":true,\"connected\":true");
        await AssertSameAsync(node, members: 3, down: []);

        // One link of one node: the membership does not change.
        await cluster.UnplugAsync(3);
        await SeeAsync(links, "\"link\":1,\"enabled\":true,\"connected\":false", "\"change\":\"modified\"");
        await AssertSameAsync(node, members: 3, down: ["3 1"]);
        await AssertSameAsync(cluster.Node(3), members: 3, down: ["1 1", "2 1"]);
        await cluster.HealAsync();
        await AssertSameAsync(node, members: 3, down: []);

        await cluster.PartitionAsync("1 2", "3");
        await cluster.WaitMembersAsync([1, 2], quorate: true);
        await cluster.WaitMembersAsync([3], quorate: false);
        await SeeAsync(watch, "\"event\":\"votes\"", "\"expected\":3,\"highestExpected\":3,\"total\":2,\"quorum\":2");
        await AssertSameAsync(node, members: 2, down: ["3 0", "3 1"]);
        await AssertSameAsync(cluster.Node(3), members: 1, down: ["1 0", "1 1", "2 0", "2 1"]);
        await cluster.HealAsync();
        await cluster.WaitMembersAsync([1, 2, 3], quorate: true);
        await AssertSameAsync(node, members: 3, down: []);

        await cluster.StopAsync(3);
        await cluster.WaitMembersAsync([1, 2], quorate: true);
        await AssertSameAsync(node, members: 2, down: ["3 0", "3 1"]);
        await cluster.StartNodeAsync(3);
        await cluster.WaitMembersAsync([1, 2, 3], quorate: true);

        foreach (CorosyncNode each in cluster.Nodes)
        {
            string file = $"{cluster.StateDirectory}/node{each.Id}/etc/corosync.conf";
            await each.SucceedAsync("sed", "-i", "s/name: node2/name: beta/", file);
        }

        await node.SucceedAsync("corosync-cfgtool", "-R");
        await SeeAsync(watch, """{"1":"node1","2":"beta","3":"node3"}""");
        await SeeAsync(links, "\"name\":\"beta\"", "\"change\":\"modified\"");
        await AssertSameAsync(node, members: 3, down: []);
        JsonElement status = QuorumCli.Parse((await QuorumCli.RunAsync(node, "status", "--json")).Output);
        Assert.That(status.GetProperty("nodes")[1].GetProperty("name").GetString(), Is.EqualTo("beta"));
        foreach (NodeProcess process in new[] { watch, links })
        {
            process.Signal(NodeProcess.Interrupt);
            CommandResult end = await process.WaitAsync(Patience);
            Assert.That(end.ExitCode, Is.Zero, end.ToString());
        }
    }

    private static Task<string> SeeAsync(NodeProcess process, params string[] parts) => process.ReadUntilAsync(
        line => parts.All(part => line.Contains(part, StringComparison.Ordinal)), Patience);

    // down: node and link of each link that is down. knet notices a cut a moment before or after the membership
    // changes, so both sides are asked until they agree.
    private static async Task AssertSameAsync(CorosyncNode node, int members, string[] down)
    {
        long start = Stopwatch.GetTimestamp();
        (string[] Ours, string[] Theirs, int Exit) links;
        do
        {
            links = await AskLinksAsync(node);
        }
        while (!(links.Ours.SequenceEqual(links.Theirs) && Down(links.Ours).SequenceEqual(down))
            && Stopwatch.GetElapsedTime(start) < Patience);
        Assert.That(links.Ours, Is.EqualTo(links.Theirs));
        Assert.That(Down(links.Ours), Is.EqualTo(down));
        Assert.That(links.Exit, Is.EqualTo(down.Length == 0 ? 0 : 1));

        CommandResult native = await node.RunAsync("corosync-quorumtool", "-s");
        string[] listed = [.. MemberLines().Matches(native.Output).Select(static match =>
            $"{match.Groups["id"].Value} {match.Groups["name"].Value} {match.Groups["votes"].Value}")];
        Assert.That(listed, Has.Length.EqualTo(members), native.ToString());

        CommandResult nodes = await QuorumCli.RunAsync(node, "nodes", "--json");
        CommandResult status = await QuorumCli.RunAsync(node, "status", "--json");
        JsonElement told = QuorumCli.Parse(status.Output);
        JsonElement votes = told.GetProperty("votes");
        Assert.That(nodes.ExitCode, Is.Zero, nodes.ToString());
        Assert.That(QuorumCli.Members(QuorumCli.Lines(nodes).Select(QuorumCli.Parse)), Is.EqualTo(listed));
        Assert.That(QuorumCli.Members(told.GetProperty("nodes").EnumerateArray()), Is.EqualTo(listed));
        Assert.That(status.ExitCode, Is.EqualTo(members > 1 ? 0 : 1), status.ToString());
        Assert.That(native.Output, Does.Match($@"Quorate: +{(members > 1 ? "Yes" : "No")}"));
        Assert.That(native.Output, Does.Match($@"Ring ID: +{told.GetProperty("ringId").GetString()}\s"));
        Assert.That(native.Output, Does.Match($@"Expected votes: +{votes.GetProperty("expected").GetUInt32()}\s"));
        Assert.That(native.Output, Does.Match($@"Total votes: +{votes.GetProperty("total").GetUInt32()}\s"));
        Assert.That(native.Output, Does.Match($@"Quorum: +{votes.GetProperty("quorum").GetUInt32()}\s"));
        foreach (string prefix in new[] { "nodelist.", "runtime.members.", "runtime.votequorum.", "totem." })
        {
            CommandResult map = await QuorumCli.RunAsync(node, "map", prefix);
            CommandResult cmapctl = await node.RunAsync("corosync-cmapctl", prefix);
            Assert.That(map.ExitCode, Is.Zero, map.ToString());
            Assert.That(map.Output, Is.EqualTo(cmapctl.Output));
        }
    }

    // Both in the form "NODE LINK up", in one order.
    private static async Task<(string[] Ours, string[] Theirs, int Exit)> AskLinksAsync(CorosyncNode node)
    {
        CommandResult links = await QuorumCli.RunAsync(node, "links", "--json");
        CommandResult native = await node.RunAsync("corosync-cfgtool", "-s");
        string[] ours =
        [
            .. QuorumCli.Lines(links).Select(QuorumCli.Parse).Select(static link =>
                $"{link.GetProperty("node")} {link.GetProperty("link")} "
                + (link.GetProperty("connected").GetBoolean() ? "up" : "down")),
        ];
        List<string> theirs = [];
        string? current = null;
        foreach (Match match in LinkLines().Matches(native.Output))
        {
            current = match.Groups["link"].Success ? match.Groups["link"].Value : current;
            if (match.Groups["id"].Success && match.Groups["state"].Value != "localhost")
            {
                string state = match.Groups["state"].Value == "connected" ? "up" : "down";
                theirs.Add($"{match.Groups["id"].Value} {current} {state}");
            }
        }

        return (ours, [.. theirs.Order(StringComparer.Ordinal)], links.ExitCode);
    }

    private static IEnumerable<string> Down(IEnumerable<string> links) => links
        .Where(static link => link.EndsWith(" down", StringComparison.Ordinal))
        .Select(static link => link[..^" down".Length]);

    [GeneratedRegex(
        @"^ +(?<id>\d+) +(?<votes>\d+) +(?<name>\w+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex MemberLines();

    [GeneratedRegex(
        @"LINK ID (?<link>\d+)|nodeid: +(?<id>\d+):\s+(?<state>\w+)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex LinkLines();
}
