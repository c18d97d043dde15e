namespace Quorum.Managed.Tests;

/// <summary>The lease where the daemon tells no node lists: a ring may always have excluded somebody.</summary>
public sealed class LeaseModelV0Tests
{
    [Test]
    public void A_new_ring_waits_from_its_forming_whoever_is_in_it()
    {
        LeaseScene scene = LeaseScene.Quorately(isV0: true);
        scene.Pass(1000, every: 5);
        scene.Gather();
        scene.Pass(100, every: 0);
        scene.Form();
        scene.Tell(LeaseScene.Nodes(1, 2, 3, 4));
        int formed = scene.Elapsed;
        Assert.That((scene.Now.IsQuorate, scene.Now.IsChanging), Is.EqualTo((true, true)), "it keeps its own yes");
        Assert.That(scene.Now.Members, Is.EqualTo(LeaseScene.All));
        scene.PassUntil(snapshot => snapshot.Members.Count == 4 && snapshot.IsQuorate, every: 5);
        Assert.That(scene.Elapsed - formed, Is.InRange(LeaseScene.Consensus - 22, LeaseScene.Consensus + 66));
        Assert.That(scene.Now.Joined, Is.EqualTo(LeaseScene.Nodes(4)));
    }

    [Test]
    public void A_ring_after_one_without_quorum_waits_for_a_second_more()
    {
        LeaseScene scene = LeaseScene.Quorately(isV0: true);
        scene.Gather();
        scene.Form();
        scene.Tell(LeaseScene.Nodes(3), quorate: false);
        Assert.That(scene.Now.State, Is.EqualTo(QuorumState.Inquorate));
        scene.Pass(10_000, every: 5);
        scene.Gather();
        scene.Form();
        scene.Tell(LeaseScene.All);
        int formed = scene.Elapsed;
        scene.PassUntil(snapshot => snapshot.IsQuorate, every: 5);
        Assert.That(scene.Elapsed - formed, Is.InRange(LeaseScene.Consensus + 978, LeaseScene.Consensus + 1066));
    }

    [Test]
    public void A_lease_runs_out_on_a_node_that_is_cut_off()
    {
        LeaseScene scene = LeaseScene.Quorately(isV0: true);
        int end = scene.End;
        scene.PassUntil(snapshot => !snapshot.IsQuorate, every: 0);
        Assert.That(scene.Elapsed, Is.LessThanOrEqualTo(end + 22));
        Assert.That(scene.Now.UnknownReason, Is.EqualTo(QuorumUnknownReason.LeaseExpired));
    }
}
