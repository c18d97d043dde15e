namespace Quorum.Managed.Tests;

/// <summary>The daemon's time-outs and the lease: where there can be none, and what a change of them does.</summary>
public sealed class LeaseTermsTests
{
    [Test]
    public void Statistics_that_cannot_be_read_give_no_yes_and_say_what_to_do()
    {
        LeaseScene scene = new() { IsUnavailable = true };
        scene.Connect();
        scene.Pass(60_000);
        ExpectUnavailable(scene, "statistics cannot be read", "cmap");
    }

    [Test]
    public void Time_outs_that_cannot_be_read_give_no_yes_and_say_what_to_do()
    {
        LeaseScene scene = new() { Timing = null };
        scene.Connect();
        scene.Pass(60_000);
        ExpectUnavailable(scene, "time-outs cannot be read", "cmap");
    }

    [Test]
    public void A_margin_that_leaves_no_lease_gives_no_yes_and_says_the_numbers()
    {
        LeaseScene scene = new(new() { LeaseMargin = TimeSpan.FromSeconds(2.1) });
        scene.Connect();
        scene.Pass(60_000);
        ExpectUnavailable(scene, "4380 ms", "2100 ms", "2280 ms", "2346 ms", "LeaseMargin");
    }

    [Test]
    public void A_hold_too_close_to_the_retransmit_time_out_gives_no_yes_and_says_the_numbers()
    {
        LeaseScene scene = new() { Timing = LeaseScene.TimingOf(3650, 4380, 869, 760) };
        scene.Connect();
        scene.Pass(60_000);
        ExpectUnavailable(scene, "760 ms", "869 ms", "Leave both to corosync");
    }

    [Test]
    public void A_lease_is_had_when_the_statistics_can_be_read_again()
    {
        LeaseScene scene = new() { IsUnavailable = true };
        scene.Connect();
        scene.Pass(5000);
        scene.IsUnavailable = false;
        scene.PassUntil(snapshot => snapshot.IsQuorate);
        Assert.That(scene.Now.Error, Is.Null);
    }

    [Test]
    public void Time_outs_that_shrink_end_a_lease_that_was_given_earlier()
    {
        LeaseScene scene = LeaseScene.Quorately();
        scene.Pass(5000, every: 5);
        scene.Timing = LeaseScene.TimingOf(3000, 3600, 714, 561);
        int end = scene.End;
        scene.Pass(1100, every: 0);
        Assert.That(scene.End, Is.EqualTo(end - 780));
    }

    [Test]
    public void Time_outs_that_shrink_do_not_shorten_the_wait_for_leases_of_nodes_that_do_not_know_yet()
    {
        LeaseScene scene = LeaseScene.Quorately();
        scene.Timing = LeaseScene.TimingOf(3000, 3600, 714, 561);
        scene.Pass(2000, every: 5);
        Exclude(scene);
        int passed = scene.PassUntil(snapshot => snapshot is { IsQuorate: true, Members.Count: 2 }, every: 5);
        Assert.That(passed, Is.GreaterThan(LeaseScene.Consensus - 66));
    }

    [Test]
    public void Time_outs_that_grow_lengthen_the_wait_at_once_and_the_lease_when_all_nodes_know()
    {
        LeaseScene scene = LeaseScene.Quorately();
        scene.Timing = LeaseScene.TimingOf(5000, 6000, 1190, 942);
        scene.Pass(10_000, every: 5);
        Assert.That(scene.End - scene.Elapsed, Is.LessThanOrEqualTo(LeaseScene.Lease));
        scene.Pass(30_000, every: 5);
        Assert.That(scene.End - scene.Elapsed, Is.GreaterThan(LeaseScene.Lease + 1000));
        Exclude(scene);
        int passed = scene.PassUntil(snapshot => snapshot is { IsQuorate: true, Members.Count: 2 }, every: 5);
        Assert.That(passed, Is.GreaterThan(6000 - 66));
    }

    private static void Exclude(LeaseScene scene)
    {
        scene.Gather();
        scene.Form();
        scene.Look();
        scene.Tell(LeaseScene.Nodes(1, 2), left: LeaseScene.Nodes(3));
    }

    private static void ExpectUnavailable(LeaseScene scene, params string[] texts)
    {
        Assert.That(
            (scene.Now.State, scene.Now.UnknownReason),
            Is.EqualTo((QuorumState.Unknown, QuorumUnknownReason.LeaseUnavailable)));
        Assert.Multiple(() =>
        {
            foreach (string text in texts)
            {
                Assert.That(scene.Now.Error!.Message, Does.Contain(text));
            }
        });
    }
}
