using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Testing.Tests;

/// <summary>
/// A real cluster and a simulated one go through the same changes. Native clients of both see the same events.
/// </summary>
public sealed class StoryTests : NativeFixture
{
    [Test]
    public async Task Story_of_three_nodes_is_that_of_a_real_cluster()
    {
        await using CorosyncCluster real = await CorosyncCluster.StartAsync(new() { Nodes = 3 });
        SimulatedCluster cluster = new(3);
        using PrivateNetwork otherNetwork = new();
        await using QuorumSimulator one = Start(IpcConnectionType.SharedMemory, cluster);
        await using QuorumSimulator three = Start(otherNetwork, IpcConnectionType.SharedMemory, cluster, node: 3);
        using NativeQuorumHandle realOne = NativeQuorumHandle.ConnectTo(real.Node(1));
        using NativeQuorumHandle realThree = NativeQuorumHandle.ConnectTo(real.Node(3));
        using NativeQuorumHandle realOneV0 = NativeQuorumHandle.ConnectTo(real.Node(1), model: 0);
        using NativeQuorumHandle simulatedOne = Connect();
        using NativeQuorumHandle simulatedThree = otherNetwork.Inside.Run(() => NativeQuorumHandle.Connect());
        using NativeQuorumHandle simulatedOneV0 = Connect(model: 0);
        NativeQuorumHandle[] reals = [realOne, realThree, realOneV0];
        NativeQuorumHandle[] simulated = [simulatedOne, simulatedThree, simulatedOneV0];
        foreach (NativeQuorumHandle handle in reals.Concat(simulated))
        {
            handle.TrackStart();
        }

        Expect(2, 2, 1);
        await real.PartitionAsync("1 2", "3");
        cluster.Partition([1, 2], [3]);
        Expect(4, 4, 2);
        await real.HealAsync();
        cluster.Heal();
        Expect(6, 6, 3);
        await real.PartitionAsync("1", "2 3");
        cluster.Partition([1], [2, 3]);
        Expect(8, 8, 4);
        await real.HealAsync();
        cluster.Heal();
        Expect(10, 10, 5);
        await real.StopAsync(2);
        cluster.Leave(2);
        Expect(12, 12, 6);
        await real.StartNodeAsync(2);
        await real.WaitMembersAsync([1, 2, 3], quorate: true);
        cluster.Join(2);
        ExpectLast("Q 1 [1 2 3]", "Q 1 [1 2 3]", "V0 1 [1 2 3]");
        await real.KillAsync(3);
        cluster.Kill(3);
        ExpectLast("Q 1 [1 2]", null, "V0 1 [1 2]");

        for (int i = 0; i < reals.Length; i++)
        {
            Assert.That(Told(simulated[i]), Is.EqualTo(Told(reals[i])));
        }

        Assert.Multiple(() =>
        {
            // The sequences grow by the same steps until a node restarts. The real node then brings the sequence that
            // it kept on disk.
            Assert.That(Rings(simulatedOne, 10), Is.EqualTo(Rings(realOne, 10)));
            Assert.That(Rings(simulatedThree, 10), Is.EqualTo(Rings(realThree, 10)));
            Assert.That(realThree.Dispatch(), Is.EqualTo(NativeError.Library));
            Assert.That(simulatedThree.Dispatch(), Is.EqualTo(NativeError.Library));
        });
        await TestContext.Out.WriteLineAsync(string.Join('\n', simulatedOne.Events));

        void ExpectLast(params string?[] stories)
        {
            for (int i = 0; i < stories.Length; i++)
            {
                foreach (NativeQuorumHandle handle in stories[i] is null ? [] : new[] { reals[i], simulated[i] })
                {
                    for (int more = handle.Events.Count + 1; handle.Events[^1].Story != stories[i]; more++)
                    {
                        handle.WaitForEvent(more, Wait.Bound);
                    }
                }
            }
        }

        void Expect(params int[] counts)
        {
            for (int i = 0; i < counts.Length; i++)
            {
                reals[i].WaitForEvent(counts[i], Wait.Bound);
                simulated[i].WaitForEvent(counts[i], Wait.Bound);
            }
        }
    }

    [Test]
    public async Task Story_without_a_provider_is_that_of_a_real_cluster()
    {
        await using CorosyncCluster real =
            await CorosyncCluster.StartAsync(new() { Nodes = 2, Provider = ClusterProvider.None });
        SimulatedCluster cluster = new([new SimulatedNode(1), new SimulatedNode(2)], QuorumType.Free);
        await using QuorumSimulator simulator = Start(IpcConnectionType.SharedMemory, cluster);
        using NativeQuorumHandle theirs = NativeQuorumHandle.ConnectTo(real.Node(1));
        using NativeQuorumHandle ours = Connect();
        theirs.TrackStart();
        ours.TrackStart();
        await real.KillAsync(2);
        cluster.Kill(2);
        theirs.WaitForEvent(3, Wait.Bound);
        ours.WaitForEvent(3, Wait.Bound);
        await real.StartNodeAsync(2);
        cluster.Join(2);
        theirs.WaitForEvent(static e => e.Story == "NL [1 2] j=[2] l=[]", 2, Wait.Bound);
        ours.WaitForEvent(static e => e.Story == "NL [1 2] j=[2] l=[]", 2, Wait.Bound);
        Assert.That(Told(ours), Is.EqualTo(Told(theirs)));
        Assert.That((ours.GetQuorate(), ours.QuorumType), Is.EqualTo((theirs.GetQuorate(), theirs.QuorumType)));
    }

    [Test]
    public async Task Restart_is_one_membership_with_the_node_joined_and_left()
    {
        await using QuorumSimulator simulator = Start(IpcConnectionType.SharedMemory);
        using NativeQuorumHandle handle = Connect();
        handle.TrackStart();
        simulator.Cluster.Restart(2);
        handle.WaitForEvent(4, Wait.Bound);
        Assert.That(
            handle.Events.Skip(2).Select(static e => e.Story),
            Is.EqualTo(new[] { "NL [1 2 3] j=[2] l=[2]", "Q 1 [1 2 3]" }));
    }

    // A real cluster can form the same membership twice while a node comes back. Events that repeat what the client
    // knows are left out.
    private static List<string> Told(NativeQuorumHandle handle)
    {
        List<string> stories = [];
        foreach (NativeEvent e in handle.Events)
        {
            bool isNew = e.Kind == NativeEventKind.NodeList
                ? stories.Count == 0 || e.Joined.Count + e.Left.Count > 0
                : stories.Count == 0
                    || IsNodeList(stories[^1])
                    || e.Story != stories.FindLast(static story => !IsNodeList(story));
            if (isNew)
            {
                stories.Add(e.Story);
            }
        }

        return stories;

        static bool IsNodeList(string story) => story.StartsWith("NL", StringComparison.Ordinal);
    }

    private static IEnumerable<string> Rings(NativeQuorumHandle handle, int count) =>
        handle.Events.Take(count)
            .Select(e => $"{e.RingId.NodeId} +{e.RingId.Sequence - handle.Events[0].RingId.Sequence}");
}
