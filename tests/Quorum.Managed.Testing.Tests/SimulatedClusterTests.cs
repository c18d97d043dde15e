using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing.Tests;

public sealed class SimulatedClusterTests
{
    [Test]
    public void Leave_and_join_give_new_rings_on_all_nodes()
    {
        SimulatedCluster cluster = new(3);
        cluster.Leave(1);
        Assert.That(Views(cluster), Is.EqualTo(new[]
        {
            "node 1: down", "node 2: 2.11 [2 3] quorate", "node 3: 2.11 [2 3] quorate",
        }));
        cluster.Join(1);
        Assert.That(Views(cluster), Is.EqualTo(new[]
        {
            "node 1: 1.15 [1 2 3] quorate", "node 2: 1.15 [1 2 3] quorate", "node 3: 1.15 [1 2 3] quorate",
        }));
    }

    [Test]
    public void Partition_gives_each_side_the_same_sequence_and_heal_a_common_ring()
    {
        SimulatedCluster cluster = new(3);
        cluster.Partition([3]);
        Assert.That(Views(cluster), Is.EqualTo(new[]
        {
            "node 1: 1.11 [1 2] quorate", "node 2: 1.11 [1 2] quorate", "node 3: 3.11 [3] not quorate",
        }));
        Assert.That(cluster.IsPartitioned, Is.True);
        cluster.Heal();
        Assert.That(cluster.View(3).ToString(), Is.EqualTo("node 3: 1.15 [1 2 3] quorate"));
        Assert.That(cluster.IsPartitioned, Is.False);
    }

    [Test]
    public void Votes_decide_unless_quorum_is_forced()
    {
        SimulatedCluster cluster = new([new SimulatedNode(1, 3), new SimulatedNode(2), new SimulatedNode(7)]);
        cluster.Partition([1], [2, 7]);
        Assert.That((cluster.View(1).Quorate, cluster.View(2).Quorate), Is.EqualTo((true, false)));
        cluster.SetQuorate(true);
        Assert.That(cluster.View(7).Quorate, Is.True);
        cluster.SetQuorate(null);
        Assert.That(cluster.View(7).Quorate, Is.False);
        cluster.SetExpectedVotes(3);
        Assert.That((cluster.ExpectedVotes, cluster.View(7).Quorate), Is.EqualTo((3, true)));
    }

    [Test]
    public void Wrong_nodes_are_refused_and_change_nothing()
    {
        SimulatedCluster cluster = new(2);
        Assert.Multiple(() =>
        {
            Assert.That(() => cluster.Leave(3), Throws.ArgumentException.With.Message.Contains("the nodes are 1, 2"));
            Assert.That(() => cluster.Partition([1], [1, 2]), Throws.ArgumentException);
            Assert.That(() => new SimulatedCluster(0), Throws.ArgumentException);
            Assert.That(() => new SimulatedCluster(385), Throws.ArgumentException);
            Assert.That(
                () => new SimulatedCluster([new SimulatedNode(1), new SimulatedNode(1)]), Throws.ArgumentException);
            Assert.That(cluster.View(1).ToString(), Is.EqualTo("node 1: 1.9 [1 2] quorate"));
        });
    }

    private static string[] Views(SimulatedCluster cluster) =>
        [.. cluster.Nodes.Select(node => cluster.View(node.Value).ToString())];
}
