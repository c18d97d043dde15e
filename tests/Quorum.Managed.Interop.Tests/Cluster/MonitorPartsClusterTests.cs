using System.Collections.Concurrent;
using System.Globalization;
using Quorum.Managed.Ipc;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.Cluster;

/// <summary>A monitor that includes votes and names, beside corosync-quorumtool on the same daemon.</summary>
public sealed class MonitorPartsClusterTests : CorosyncFixture
{
    [Test]
    public async Task Votes_and_names_are_those_of_quorumtool_through_a_partition_and_new_expected_votes()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(
            new() { Nodes = 3, FileSystemSockets = true, Ipc = ClusterIpc.SharedMemory });
        CorosyncNode node = cluster.Node(1);
        await using QuorumMonitor monitor = new(new()
        {
            Connection = new() { Endpoint = QuorumEndpoint.Path(node.SocketPath) },
            IncludeVotes = true,
            IncludeNames = true,
        });
        ConcurrentQueue<QuorumSnapshot> seen = [];
        monitor.Changed += (_, snapshot) => seen.Enqueue(snapshot);
        monitor.Start();
        QuorumSnapshot all = await SeeAsync(monitor, s => s is { IsQuorate: true, Votes.Total: 3, Names: not null });
        await AssertSameAsync(node, all);
        Assert.That(
            all.Names!.Select(static name => $"{name.Key} {name.Value}"),
            Is.EqualTo((string[])["1 node1", "2 node2", "3 node3"]));

        await cluster.PartitionAsync("1 2", "3");
        await AssertSameAsync(node, await SeeAsync(monitor, s => s is { Members.Count: 2, Votes.Total: 2 }));
        await cluster.HealAsync();
        await SeeAsync(monitor, s => s is { Members.Count: 3, Votes.Total: 3 });
        CommandResult set = await node.RunAsync("corosync-quorumtool", "-e", "5");
        Assert.That(set.ExitCode, Is.Zero, set.ToString());
        await AssertSameAsync(node, await SeeAsync(monitor, s => s is { Votes.Expected: 5 }));

        await monitor.DisposeAsync();
        Assert.That(
            seen.Where(static s => s.Votes is { } votes && votes.Total != s.Members.Count),
            Is.Empty,
            "the votes of other members");
    }

    private static async Task AssertSameAsync(CorosyncNode node, QuorumSnapshot snapshot)
    {
        CommandResult native = await node.RunAsync("corosync-quorumtool", "-s");
        ClusterVotes votes = snapshot.Votes!;
        foreach ((string name, uint value) in new[]
        {
            ("Expected votes", votes.Expected), ("Highest expected", votes.HighestExpected),
            ("Total votes", votes.Total), ("Quorum", votes.Quorum),
        })
        {
            Assert.That(native.Output, Does.Match(string.Create(CultureInfo.InvariantCulture, $@"{name}: +{value}\s")));
        }

        Assert.That(native.Output, Does.Match($@"Quorate: +{(snapshot.IsQuorate ? "Yes" : "No")}"));
    }

    private static Task<QuorumSnapshot> SeeAsync(QuorumMonitor monitor, Predicate<QuorumSnapshot> condition) =>
        Wait.ForAsync(monitor.WatchAsync(), condition, "the expected snapshot", Patience);
}
