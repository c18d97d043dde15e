using System.Net;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Testing.Tests;

/// <summary>corosync's own tools, unchanged, against the simulator in the daemon's place.</summary>
[TestFixture(IpcConnectionType.SharedMemory)]
[TestFixture(IpcConnectionType.Socket)]
public sealed class NativeToolTests(IpcConnectionType transport) : NativeFixture
{
    private static SimulatedCluster Cluster() => new(
    [
        new SimulatedNode(1) { Name = "alpha", Addresses = [IPAddress.Parse("10.1.0.1"), IPAddress.Parse("10.2.0.1")] },
        new SimulatedNode(2, votes: 2) { Addresses = [IPAddress.Parse("10.1.0.2"), IPAddress.Parse("10.2.0.2")] },
        new SimulatedNode(3) { Addresses = [IPAddress.Parse("10.1.0.3"), IPAddress.Parse("10.2.0.3")] },
    ])
    {
        ClusterName = "paper",
    };

    [Test]
    public async Task Quorumtool_shows_votes_members_and_names()
    {
        await using QuorumSimulator simulator = Start(transport, Cluster());

        string status = await RunAsync("corosync-quorumtool", "-s");
        Assert.That(status, Does.Match(@"Nodes: +3\n").And.Match(@"Node ID: +1\n").And.Match(@"Ring ID: +1\.d\n"));
        Assert.That(
            status,
            Does.Match(@"Quorate: +Yes").And.Match(@"Expected votes: +4\n").And.Match(@"Total votes: +4\n")
                .And.Match(@"Quorum: +3 ").And.Match(@"Flags: +Quorate"));

        string list = await RunAsync("corosync-quorumtool", "-l");
        Assert.That(
            list, Does.Match(@" 1 +1 alpha \(local\)").And.Match(@" 2 +2 node2").And.Match(@" 3 +1 node3"));
    }

    [Test]
    public async Task Cfgtool_shows_links_and_which_of_them_are_cut()
    {
        await using QuorumSimulator simulator = Start(transport, Cluster());
        simulator.Cluster.SetLink(2, 1, connected: false);

        string status = await RunAsync("corosync-cfgtool", "-s");
        Assert.That(status, Does.Contain("Local node ID 1, transport knet"));
        Assert.That(status, Does.Match(@"addr\s*= 10\.1\.0\.1").And.Match(@"addr\s*= 10\.2\.0\.1"));
        Assert.That(status, Does.Contain("localhost").And.Contain("disconnected"));

        string nodes = await RunAsync("corosync-cfgtool", "-n");
        Assert.That(nodes, Does.Contain("nodeid: 2 reachable").And.Contain("nodeid: 3 reachable"));
        Assert.That(nodes, Does.Match(@"LINK: 0 .*\(10\.1\.0\.1->10\.1\.0\.2\) enabled connected mtu: 1446"));
        Assert.That(nodes, Does.Match(@"LINK: 1 .*\(10\.2\.0\.1->10\.2\.0\.2\) enabled mtu: 1446"));
    }

    [Test]
    public async Task Cmapctl_shows_both_maps()
    {
        await using QuorumSimulator simulator = Start(transport, Cluster());
        simulator.SetKey("test.key", CmapValue.Of("a text"));

        string map = await RunAsync("corosync-cmapctl");
        Assert.That(
            map,
            Does.Contain("totem.cluster_name (str) = paper").And.Contain("nodelist.node.0.name (str) = alpha")
                .And.Contain("nodelist.node.1.quorum_votes (u32) = 2").And.Contain("test.key (str) = a text")
                .And.Contain("runtime.members.3.status (str) = joined"));
        Assert.That(
            await RunAsync("corosync-cmapctl", "-m", "stats"), Does.Contain("stats.knet.node2.link1.connected"));
        Assert.That(
            await RunAsync("corosync-cmapctl", "nodelist.node.2"), Does.Contain("nodelist.node.2.nodeid (u32) = 3"));
    }

    [Test]
    public async Task Tools_follow_a_partition()
    {
        await using QuorumSimulator simulator = Start(transport, Cluster());
        simulator.Cluster.Partition([1], [2, 3]);

        // The tool lists nodes that are reachable.
        Assert.That(await RunAsync("corosync-cfgtool", "-n"), Does.Not.Contain("nodeid:"));
        Assert.That(
            await RunAsync("corosync-cmapctl", "runtime.members"),
            Does.Contain("runtime.members.2.status (str) = left"));
        simulator.Cluster.Heal();
        Assert.That(await RunAsync("corosync-quorumtool", "-s"), Does.Match(@"Total votes: +4\n"));
    }

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        using ClientProcess process = StartTool(program, arguments);
        return await process.ReadToEndAsync();
    }
}
