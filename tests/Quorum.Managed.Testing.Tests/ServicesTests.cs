using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Testing.Tests;

/// <summary>votequorum, cmap and cfg of the simulator, and ClusterView over them.</summary>
[TestFixture(IpcConnectionType.SharedMemory)]
[TestFixture(IpcConnectionType.Socket)]
public sealed class ServicesTests(IpcConnectionType transport)
{
    private QuorumSimulator _simulator = null!;

    private SimulatedCluster Cluster => _simulator.Cluster;

    [SetUp]
    public void StartSimulator() => _simulator = QuorumSimulator.Start(new() { Transport = transport });

    [TearDown]
    public async Task StopSimulator() => await _simulator.DisposeAsync();

    [Test]
    public async Task Votequorum_tells_votes_and_states_of_the_nodes_that_were_seen()
    {
        await using VoteQuorumConnection votes =
            await VoteQuorumConnection.ConnectAsync(With<VoteQuorumConnectionOptions>());
        Assert.That(votes.GetInfo(new NodeId(9)), Is.Null);
        Cluster.Leave(3);
        VoteQuorumInfo lost = votes.GetInfo(new NodeId(3))!.Value;
        Assert.That(lost.State, Is.EqualTo(VoteQuorumNodeState.Dead));
        Assert.That((uint[])[lost.TotalVotes, lost.ExpectedVotes, lost.Quorum], Is.EqualTo((uint[])[2, 3, 2]));
        Assert.That(lost.Flags, Is.EqualTo(VoteQuorumFlags.Quorate));
        Cluster.Leave(2);
        Assert.That(votes.GetInfo()!.Value.Flags, Is.EqualTo(VoteQuorumFlags.None));
    }

    [Test]
    public async Task Votequorum_notifies_of_membership_and_expected_votes_in_the_daemons_order()
    {
        List<string> seen = [];
        await using VoteQuorumConnection votes = VoteQuorumConnection.Connect(With<VoteQuorumConnectionOptions>() with
        {
            Callbacks = new()
            {
                QuorumChanged = (_, e) => seen.Add(
                    $"Q {e.Quorate} {string.Join(' ', e.Nodes.ToArray().Select(n => $"{n.Id}:{(int)n.State}"))}"),
                ExpectedVotesChanged = (_, e) => seen.Add($"E {e.ExpectedVotes}"),
                NodeListChanged = (_, e) => seen.Add($"N {e.RingId} {string.Join(' ', e.Members.ToArray())}"),
            },
        });
        votes.TrackStart(TrackFlags.Changes, 5);
        Cluster.Leave(3);
        Cluster.SetExpectedVotes(5);
        Wait.Until(() => votes.Dispatch(DispatchFlags.All) >= 0 && seen.Count >= 6, "six notifications");
        Assert.That(seen, Is.EqualTo((string[])
        [
            "N 1.d 1 2 3", "Q True 2:1 3:1 1:1", "N 1.11 1 2", "Q True 2:1 3:2 1:1", "E 5", "Q False 2:1 3:2 1:1",
        ]));
        Assert.That(() => votes.TrackStart(TrackFlags.ChangesOnly), Throws.InstanceOf<QuorumRefusedException>());
        votes.TrackStop();
        Assert.That(votes.TrackStop, Throws.InstanceOf<QuorumRefusedException>());
    }

    [Test]
    public async Task Cmap_lists_keys_in_order_and_tells_trackers_of_changes()
    {
        await using CmapConnection cmap = await CmapConnection.ConnectAsync(With<CorosyncConnectionOptions>());
        string[] keys = [.. cmap.ListKeys().Select(static key => key.Name)];
        Assert.That(keys, Is.EqualTo(keys.Order(StringComparer.Ordinal)));
        Assert.That(
            cmap.List("nodelist.node.2.").Select(static pair => $"{pair.Key}={pair.Value}"),
            Is.EqualTo((string[])
            [
                "nodelist.node.2.name=node3", "nodelist.node.2.nodeid=3", "nodelist.node.2.ring0_addr=10.0.0.3",
            ]));

        List<CmapChange> seen = [];
        ulong tracker = cmap.TrackAdd("runtime.members.3.", CmapChanges.Modified, (_, change) => seen.Add(change));
        ulong own = cmap.TrackAdd("own.", null, (_, change) => seen.Add(change));
        Cluster.Leave(3);
        _simulator.SetKey("own.key", CmapValue.Of(5u));
        _simulator.SetKey("own.key", null);
        Wait.Until(() => cmap.Dispatch(DispatchFlags.All) >= 0 && seen.Count >= 3, "three changes");
        Assert.That(seen, Is.EqualTo((CmapChange[])
        [
            new(
                tracker, "runtime.members.3.status", CmapChanges.Modified, CmapValue.Of("left"),
                CmapValue.Of("joined")),
            new(own, "own.key", CmapChanges.Added, CmapValue.Of(5u), null),
            new(own, "own.key", CmapChanges.Deleted, null, CmapValue.Of(5u)),
        ]));
    }

    [Test]
    public async Task Cfg_tells_links_that_are_cut_and_nodes_that_are_lost()
    {
        await using CfgConnection cfg = await CfgConnection.ConnectAsync(With<CfgConnectionOptions>());
        Assert.That(cfg.GetLocalNodeId(), Is.EqualTo(new NodeId(1)));
        Assert.That(cfg.GetNodeStatus(new NodeId(2))!.Links.Single().IsConnected);
        Cluster.SetLink(2, 0, connected: false);
        Assert.That(cfg.GetNodeStatus(new NodeId(2))!.IsReachable, Is.False);
        Cluster.SetLink(2, 0, connected: true);
        Cluster.Kill(2);
        Assert.That(cfg.GetNodeStatus(new NodeId(2))!.IsReachable, Is.False);
        Assert.That(cfg.GetNodeStatus(new NodeId(9)), Is.Null);
        Assert.That(() => Cluster.SetLink(2, 1, connected: true), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public async Task ClusterView_is_the_whole_picture()
    {
        Cluster.Leave(3);
        ClusterView view = await ClusterView.ReadAsync(With<CorosyncConnectionOptions>());
        Assert.That(view.Missing, Is.Empty);
        Assert.That(view.ClusterName, Is.EqualTo("simulated"));
        Assert.That(view.LocalNode, Is.EqualTo(new NodeId(1)));
        Assert.That(view.Quorate, Is.True);
        Assert.That(view.RingId, Is.EqualTo(new RingId(new NodeId(1), 17)));
        Assert.That(view.Votes, Is.EqualTo(new ClusterVotes(3, 3, 2, 2, VoteQuorumFlags.Quorate, 0, "")));
        Assert.That(
            view.Nodes.Select(static node =>
                $"{node.Id} {node.Name} {node.IsLocal} {node.Votes} {node.State} {node.IsReachable} "
                + string.Join(',', node.Addresses)),
            Is.EqualTo((string[])
            [
                "1 node1 True 1 Member True 10.0.0.1", "2 node2 False 1 Member True 10.0.0.2",
                "3 node3 False 1 Absent False 10.0.0.3",
            ]));
        Assert.That(
            view.Parts.Select(part => part.AgeAt(view.Taken)), Has.All.LessThanOrEqualTo(TimeSpan.Zero));
    }

    [Test]
    public async Task ClusterView_names_the_parts_that_are_missing_and_a_reader_finds_them_again()
    {
        await using ClusterViewReader reader = new(With<CorosyncConnectionOptions>());
        Assert.That((await reader.ReadAsync()).Missing, Is.Empty);
        Cluster.Kill(1);
        ClusterView nothing = await reader.ReadAsync();
        Assert.That(nothing.Missing.Select(static part => part.Kind), Is.EqualTo((ClusterPartKind[])
        [
            ClusterPartKind.Quorum, ClusterPartKind.Votes, ClusterPartKind.Configuration, ClusterPartKind.Links,
        ]));
        Assert.That(nothing.Quorate, Is.Null, "nothing old stands in for it");
        Assert.That(nothing.Nodes, Is.Empty);
        Assert.That(nothing.Part(ClusterPartKind.Votes).Error, Is.InstanceOf<QuorumException>());
        Cluster.Join(1);
        Assert.That((await reader.ReadAsync()).Missing, Is.Empty);
    }

    [Test]
    public async Task ClusterView_without_a_quorum_provider_has_no_votes()
    {
        SimulatedCluster cluster = new([new SimulatedNode(1), new SimulatedNode(2)], QuorumType.Free);
        await using QuorumSimulator simulator =
            QuorumSimulator.Start(new() { Cluster = cluster, Transport = transport });
        ClusterView view = await ClusterView.ReadAsync(With<CorosyncConnectionOptions>() with
        {
            Endpoint = QuorumEndpoint.Parse(simulator.Endpoint),
        });
        Assert.That(view.Missing.Single().Kind, Is.EqualTo(ClusterPartKind.Votes));
        Assert.That(view.Votes, Is.Null);
        Assert.That(view.QuorumType, Is.EqualTo(QuorumType.Free));
        Assert.That(view.Nodes.Select(static node => node.State), Has.All.EqualTo(ClusterNodeState.Member));
    }

    private T With<T>()
        where T : CorosyncConnectionOptions, new() =>
        new() { Endpoint = QuorumEndpoint.Parse(_simulator.Endpoint), ConnectTimeout = Wait.Bound };
}
