namespace Quorum.Managed.Tests;

/// <summary>The lease and a new ring: what the ring proves, and whose leases it waits for.</summary>
public sealed class LeaseRingTests
{
    // The four numbers are read one after the other: the ring was formed between the first and the last of the second
    // look.
    [Test]
    public void A_torn_look_at_a_new_ring_is_no_leaving_of_it()
    {
        RingPassage passage = new();
        passage.Add(new TokenState(100, 8, 8, 8), 0, 1);
        passage.Add(new TokenState(110, 8, 9, 9), 10, 11);
        passage.Add(new TokenState(120, 9, 9, 9), 20, 21);
        passage.Add(new TokenState(130, 10, 9, 9), 50, 51);
        passage.Add(new TokenState(140, 10, 10, 10), 60, 61);
        Assert.That((passage.LeftBy, passage.FormedBy), Is.EqualTo(((long?)51, 61L)));
    }

    [Test]
    public void A_new_ring_of_all_nodes_gives_a_lease_at_once()
    {
        LeaseScene scene = LeaseScene.Quorately();
        scene.PassUntil(snapshot => !snapshot.IsQuorate, every: 0);
        scene.Gather();
        scene.Pass(22, every: 0);
        scene.Form();
        scene.Tell(LeaseScene.All);
        Assert.That(scene.Now.IsQuorate, $"{scene.Now}");
        Assert.That(scene.End - scene.Elapsed, Is.InRange(LeaseScene.Lease - 66, LeaseScene.Lease));
    }

    [Test]
    public void A_ring_whose_forming_was_not_watched_counts_from_the_last_look_before_it()
    {
        LeaseScene scene = LeaseScene.Quorately();
        int looked = scene.Elapsed;
        scene.Time.Advance(TimeSpan.FromSeconds(3));
        scene.Gather();
        scene.Form();
        scene.Tell(LeaseScene.All);
        Assert.That(scene.End, Is.InRange(looked + LeaseScene.Lease - 66, looked + LeaseScene.Lease));
    }

    [Test]
    public void A_ring_without_a_node_is_told_when_that_nodes_lease_must_be_over()
    {
        LeaseScene scene = LeaseScene.Quorately();
        scene.Pass(1000, every: 5);
        scene.Gather();
        scene.Look();
        int left = scene.Elapsed;
        scene.Pass(100, every: 0);
        scene.Form();
        scene.Tell(LeaseScene.Nodes(1, 2), left: LeaseScene.Nodes(3));
        Assert.That((scene.Now.IsQuorate, scene.Now.IsChanging), Is.EqualTo((true, true)), "it keeps its own yes");
        Assert.That(scene.Now.Members, Is.EqualTo(LeaseScene.All));
        scene.PassUntil(snapshot => snapshot.Members.Count == 2 && snapshot.IsQuorate, every: 5);
        Assert.That(scene.Elapsed - left, Is.InRange(LeaseScene.Consensus, LeaseScene.Consensus + 66));
        Assert.That(scene.Now.Left, Is.EqualTo(LeaseScene.Nodes(3)));
        Assert.That(scene.Now.IsChanging, Is.False);
    }

    [Test]
    public void A_ring_that_took_consensus_to_form_is_told_at_once()
    {
        LeaseScene scene = LeaseScene.Quorately();
        scene.Gather();
        scene.Pass(LeaseScene.Consensus + 22, every: 0);
        scene.Form();
        scene.Tell(LeaseScene.Nodes(1, 2), left: LeaseScene.Nodes(3));
        Assert.That((scene.Now.IsQuorate, scene.Now.Members.Count), Is.EqualTo((true, 2)), $"{scene.Now}");
    }

    // The node that comes may have left somebody behind who has a lease of the ring that both were in.
    [Test]
    public void A_ring_that_nodes_leave_and_join_waits_from_its_forming()
    {
        LeaseScene scene = LeaseScene.Quorately();
        scene.Gather();
        scene.Pass(LeaseScene.Consensus + 22, every: 0);
        scene.Form();
        scene.Tell(LeaseScene.Nodes(1, 2), joined: LeaseScene.Nodes(2), left: LeaseScene.Nodes(2, 3));
        Assert.That(scene.Now.IsQuorate, Is.False);
        int passed = scene.PassUntil(snapshot => snapshot.IsQuorate, every: 5);
        Assert.That(passed, Is.InRange(LeaseScene.Consensus - 22, LeaseScene.Consensus + 66));
    }

    [Test]
    public void A_node_that_was_not_quorate_waits_from_the_forming_of_its_ring()
    {
        LeaseScene scene = LeaseScene.Quorately();
        NextRing(scene);
        scene.Tell(LeaseScene.Nodes(1), quorate: false, left: LeaseScene.Nodes(2, 3));
        scene.Pass(10_000, every: 5);
        NextRing(scene);
        scene.Tell(LeaseScene.Nodes(1, 2), joined: LeaseScene.Nodes(2));
        int passed = scene.PassUntil(snapshot => snapshot.IsQuorate, every: 5);
        Assert.That(passed, Is.InRange(LeaseScene.Consensus + 978, LeaseScene.Consensus + 1066));
    }

    [Test]
    public void A_ring_that_was_formed_between_two_told_ones_makes_the_next_wait_from_its_forming()
    {
        LeaseScene scene = LeaseScene.Quorately();
        scene.Gather();
        scene.Pass(LeaseScene.Consensus + 22, every: 0);
        scene.Form();
        scene.Pass(100, every: 0);
        NextRing(scene);
        scene.Tell(LeaseScene.Nodes(1, 2), left: LeaseScene.Nodes(3));
        Assert.That(scene.Now.Members.Count == 2 && scene.Now.IsQuorate, Is.False);
        int passed = scene.PassUntil(snapshot => snapshot is { IsQuorate: true, Members.Count: 2 }, every: 5);
        Assert.That(passed, Is.GreaterThan(LeaseScene.Consensus - 66));
    }

    [Test]
    public void A_node_that_joins_a_quorate_ring_does_not_interrupt_it()
    {
        LeaseScene scene = LeaseScene.Quorately();
        NextRing(scene);
        scene.Tell(LeaseScene.Nodes(1, 2, 3, 4), joined: LeaseScene.Nodes(4));
        Assert.That((scene.Now.IsQuorate, scene.Now.IsChanging), Is.EqualTo((true, false)), $"{scene.Now}");
        Assert.That(scene.Now.Members, Has.Count.EqualTo(4));
    }

    private static void NextRing(LeaseScene scene)
    {
        scene.Gather();
        scene.Form();
        scene.Look();
    }
}
