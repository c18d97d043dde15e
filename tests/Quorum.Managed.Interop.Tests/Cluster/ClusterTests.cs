using System.Globalization;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// Three real nodes. Every managed connection sees what a libquorum handle on the same node sees, and what they see is
/// the expected sequence.
/// </summary>
public sealed class ClusterTests : CorosyncFixture
{
    [TestCase(ClusterTransport.Udpu)]
    [TestCase(ClusterTransport.Knet)]
    public async Task Partition_heal_kill_and_join_look_as_to_libquorum_on_every_node(ClusterTransport transport)
    {
        await using CorosyncCluster cluster =
            await CorosyncCluster.StartAsync(new() { Nodes = 3, Transport = transport });
        await using WatcherPair one = Watch(cluster, 1);
        await using WatcherPair two = Watch(cluster, 2);
        await using WatcherPair three = Watch(cluster, 3);
        Expect("NL [1 2 3] j=[] l=[]", "Q 1 [1 2 3]", one, two, three);

        await cluster.PartitionAsync("1 2", "3");
        Expect("NL [1 2] j=[] l=[3]", "Q 1 [1 2]", one, two);
        Expect("NL [3] j=[] l=[1 2]", "Q 0 [3]", three);
        Assert.That(Ring(three).NodeId, Is.EqualTo(new NodeId(3)));
        Assert.That(Ring(one).NodeId, Is.EqualTo(new NodeId(1)));
        Assert.That(three.Managed.Connection.GetQuorate(), Is.False);
        Assert.That(one.Managed.Connection.GetQuorate(), Is.True);

        await cluster.HealAsync();
        Expect("NL [1 2 3] j=[3] l=[]", "Q 1 [1 2 3]", one, two);
        Expect("NL [1 2 3] j=[1 2] l=[]", "Q 1 [1 2 3]", three);
        Assert.That(Ring(three), Is.EqualTo(Ring(one)));
        Assert.That(three.Managed.Connection.GetQuorate(), Is.True);
        AssertSame(three);

        await cluster.KillAsync(3);
        Expect("NL [1 2] j=[] l=[3]", "Q 1 [1 2]", one, two);
        Assert.That(await three.Managed.End.WaitAsync(Patience), Is.TypeOf<QuorumConnectionClosedException>());
        Assert.That(three.Native.Dispatch(), Is.EqualTo(NativeError.Library));
        Assert.That(
            () => three.Managed.Connection.GetQuorate(),
            Throws.TypeOf<QuorumConnectionClosedException>().With.Property("Error").EqualTo(CorosyncError.Library));

        await cluster.StartNodeAsync(3);
        Expect("NL [1 2 3] j=[3] l=[]", "Q 1 [1 2 3]", one, two);
        AssertSame(one, two);
    }

    [Test]
    public async Task Split_into_single_nodes_leaves_none_quorate()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { Nodes = 3 });
        await using WatcherPair one = Watch(cluster, 1);
        await using WatcherPair two = Watch(cluster, 2);
        await using WatcherPair three = Watch(cluster, 3);
        WatcherPair[] all = [one, two, three];
        Expect("NL [1 2 3] j=[] l=[]", "Q 1 [1 2 3]", all);

        await cluster.PartitionAsync("1", "2", "3");
        foreach ((WatcherPair pair, int id) in all.Zip([1, 2, 3]))
        {
            pair.Expect($"Q 0 [{id.ToString(CultureInfo.InvariantCulture)}]");
            Assert.That(pair.Managed.Connection.GetQuorate(), Is.False);
        }

        await cluster.HealAsync();
        foreach (WatcherPair pair in all)
        {
            pair.Expect("Q 1 [1 2 3]");
        }

        AssertSame(all);
    }

    [Test]
    public async Task Restart_within_the_token_is_told_as_joined_and_left()
    {
        await using CorosyncCluster cluster =
            await CorosyncCluster.StartAsync(new() { Nodes = 3, Token = TimeSpan.FromSeconds(3) });
        await using WatcherPair one = Watch(cluster, 1);
        await using WatcherPair three = Watch(cluster, 3);
        Expect("NL [1 2 3] j=[] l=[]", "Q 1 [1 2 3]", one, three);

        await cluster.KillAsync(2);
        await cluster.StartNodeAsync(2);
        await cluster.WaitMembersAsync([1, 2, 3], quorate: true);
        foreach (WatcherPair pair in (WatcherPair[])[one, three])
        {
            // Usually one change tells that node 2 left and that it is back. On a slow machine the first ring forms
            // without node 2, and two changes tell the same.
            pair.Managed.WaitFor("Q 1 [1 2 3]", 2, Patience);
            NodeListChanged[] changes = [.. pair.Managed.Seen.OfType<NodeListChanged>().Skip(1)];
            await TestContext.Out.WriteLineAsync(string.Join("; ", changes.Select(ManagedWatcher.StoryWithRing)));
            Assert.That(changes.SelectMany(change => change.Left), Is.EqualTo(new[] { new NodeId(2) }));
            Assert.That(changes.SelectMany(change => change.Joined), Is.EqualTo(new[] { new NodeId(2) }));
            Assert.That(changes[^1].Members.ToString(), Is.EqualTo("[1 2 3]"));
        }

        AssertSame(one, three);
    }

    [Test]
    public async Task Pause_of_a_node_leaves_its_question_waiting_and_then_tells_the_change()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { Nodes = 3 });
        await using WatcherPair one = Watch(cluster, 1);
        await using WatcherPair three = Watch(cluster, 3);
        Expect("NL [1 2 3] j=[] l=[]", "Q 1 [1 2 3]", one, three);

        await cluster.PauseAsync(3);
        Task<bool> pending = three.Managed.Connection.GetQuorateAsync().AsTask();
        Expect("NL [1 2] j=[] l=[3]", "Q 1 [1 2]", one);
        Assert.That(pending.IsCompleted, Is.False);
        await cluster.ContinueAsync(3);
        // The answer may be yes or no: the daemon gives it before or after it has noticed that the others excluded it.
        await pending.WaitAsync(Patience);
        Expect("NL [1 2 3] j=[3] l=[]", "Q 1 [1 2 3]", one);
        three.Expect("Q 1 [1 2 3]");
        AssertSame(one, three);
    }

    private static WatcherPair Watch(CorosyncCluster cluster, int id) => new(cluster.Node(id), Patience);

    private static void Expect(string list, string quorum, params WatcherPair[] pairs)
    {
        foreach (WatcherPair pair in pairs)
        {
            pair.Expect(list, quorum);
        }
    }

    private static void AssertSame(params WatcherPair[] pairs)
    {
        foreach (WatcherPair pair in pairs)
        {
            pair.AssertSame();
        }
    }

    private static RingId Ring(WatcherPair pair) => pair.Managed.Seen.OfType<QuorumChanged>().Last().RingId;
}
