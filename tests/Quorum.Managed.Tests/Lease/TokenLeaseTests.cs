using Quorum.Managed.Protocol;

namespace Quorum.Managed.Tests;

/// <summary>How long a yes with leased assurance holds, and what renews it.</summary>
public sealed class TokenLeaseTests
{
    // What looks every 22 ms cost at the most.
    private const int Looks = 3 * 22;

    [Test]
    public void The_first_yes_waits_for_the_leases_of_nodes_that_are_not_known_and_for_the_token_time_out()
    {
        LeaseScene scene = new();
        scene.Connect();
        Assert.That(scene.Now.UnknownReason, Is.EqualTo(QuorumUnknownReason.Settling));
        int passed = scene.PassUntil(snapshot => snapshot.IsQuorate);
        Assert.That(passed, Is.InRange(LeaseScene.Consensus, LeaseScene.Token + (3 * LeaseScene.Retransmit)));
        Assert.That(scene.Now.Basis, Is.EqualTo(QuorumBasis.TokenCounter));
        Assert.That(scene.Now.ValidUntil, Is.EqualTo(
            scene.Time.GetUtcNow() + TimeSpan.FromMilliseconds(scene.End - scene.Elapsed)));
    }

    [Test]
    public void A_token_time_out_of_fresh_tokens_is_needed_also_when_nobody_has_to_be_waited_for()
    {
        LeaseScene scene = new() { Timing = LeaseScene.TimingOf(8000, LeaseScene.Consensus, 869, 685) };
        scene.Connect();
        Assert.That(scene.PassUntil(snapshot => snapshot.IsQuorate), Is.GreaterThan(8000));
    }

    [Test]
    public void An_idle_ring_keeps_the_yes_and_does_not_count_as_changing()
    {
        LeaseScene scene = LeaseScene.Quorately();
        long version = scene.Now.Version;
        for (int i = 0; i < 1000; i++)
        {
            scene.Pass(22);
            Assert.That(scene.Now.IsQuorate);
            Assert.That(scene.End - scene.Elapsed, Is.GreaterThan(LeaseScene.Lease - (2.7 * LeaseScene.Retransmit)));
        }

        Assert.That(scene.Now.Version, Is.EqualTo(version));
    }

    [Test]
    public void The_lease_starts_with_the_token_before_the_last_that_is_known_to_be_fresh()
    {
        LeaseScene scene = LeaseScene.Quorately();
        scene.Pass(5000);
        scene.PassUntil(_ => scene.State.Received % 7 == 0);
        scene.Pass(22, every: 0);
        int newest = scene.Elapsed;
        Assert.That(scene.End, Is.InRange(
            newest + LeaseScene.Lease - (2 * LeaseScene.Hold) - (2 * Looks),
            newest + LeaseScene.Lease - (2 * LeaseScene.Hold) + 22));
    }

    [Test]
    public void Without_tokens_the_yes_ends_with_the_lease_though_the_daemon_says_yes()
    {
        LeaseScene scene = LeaseScene.Quorately();
        scene.Pass(5000);
        int end = scene.End;
        scene.Pass(end - scene.Elapsed - 1, every: 0);
        Assert.That(scene.Now.IsQuorate);
        Assert.That(scene.Evaluator.IsOver(scene.Now), Is.False);
        scene.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(scene.Evaluator.IsOver(scene.Now));
        scene.Evaluator.Expire();
        Assert.That(
            (scene.Now.State, scene.Now.UnknownReason, scene.Now.LeaseEnd, scene.Now.ValidUntil),
            Is.EqualTo((QuorumState.Unknown, QuorumUnknownReason.LeaseExpired, (long?)null, (DateTimeOffset?)null)));
    }

    [Test]
    public void Tokens_that_are_sent_again_do_not_renew_it()
    {
        LeaseScene scene = LeaseScene.Quorately();
        scene.Pass(5000);
        scene.Arrive();
        scene.Pass(50, every: 0);
        int last = scene.Elapsed;
        scene.Pass(2000, every: LeaseScene.Retransmit);
        Assert.That(scene.End, Is.LessThan(last + LeaseScene.Lease));
    }

    // The predecessor holds the token of an idle ring: it sends it again after hold, and after the retransmit time-out.
    [Test]
    public void A_token_that_is_sent_again_after_hold_does_not_renew_it()
    {
        LeaseScene scene = LeaseScene.Quorately();
        scene.Pass(5000);
        scene.PassUntil(_ => scene.State.Received % 7 == 0);
        int last = scene.Elapsed;
        scene.Pass(LeaseScene.Hold);
        scene.Pass(LeaseScene.Retransmit - LeaseScene.Hold, every: 0);
        scene.Arrive();
        scene.Pass(2500, every: LeaseScene.Retransmit);
        Assert.That(scene.End, Is.LessThan(last + LeaseScene.Lease));
    }

    [Test]
    public void A_busy_ring_renews_it_all_the_time()
    {
        LeaseScene scene = LeaseScene.Quorately();
        scene.Pass(2000, every: 5);
        Assert.That(scene.End - scene.Elapsed, Is.GreaterThan(LeaseScene.Lease - (2 * Looks)));
    }

    [Test]
    public void Tokens_of_a_ring_that_is_not_told_yet_do_not_renew_it([Values] bool formed)
    {
        LeaseScene scene = LeaseScene.Quorately();
        int end = scene.End;
        scene.Gather();
        if (formed)
        {
            scene.Form();
        }

        scene.Pass(2000, every: 5);
        Assert.That(scene.End, Is.EqualTo(end));
    }

    [Test]
    public void Tokens_that_lay_in_the_daemons_sockets_do_not_renew_it()
    {
        LeaseScene scene = LeaseScene.Quorately();
        int end = scene.End;
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 4; i++)
        {
            scene.Arrive(); // one, one more for each retransmit time-out, and two to be sure
            scene.Look();
        }

        Assert.That(scene.End, Is.EqualTo(end));
        scene.Pass(400, every: 5);
        Assert.That(scene.End, Is.GreaterThan(end));
    }

    [Test]
    public void After_a_lapse_fresh_tokens_must_go_on_for_the_token_time_out()
    {
        LeaseScene scene = LeaseScene.Quorately();
        scene.PassUntil(snapshot => snapshot.UnknownReason == QuorumUnknownReason.LeaseExpired, every: 0);
        int passed = scene.PassUntil(snapshot => snapshot.IsQuorate);
        Assert.That(passed, Is.InRange(LeaseScene.Token, LeaseScene.Token + (3 * LeaseScene.Retransmit)));
    }

    [Test]
    public void A_no_ends_the_yes_at_once()
    {
        LeaseScene scene = LeaseScene.Quorately();
        scene.Quorate = false;
        scene.Look();
        Assert.That((scene.Now.State, scene.Now.LeaseEnd), Is.EqualTo((QuorumState.Inquorate, (long?)null)));
    }

    [Test]
    public void A_new_connection_begins_without_a_lease()
    {
        LeaseScene scene = LeaseScene.Quorately();
        scene.Evaluator.Disconnected(null);
        Assert.That(scene.Now.LeaseEnd, Is.Null);
        scene.Connect();
        Assert.That(scene.Now.UnknownReason, Is.EqualTo(QuorumUnknownReason.Settling));
        Assert.That(scene.PassUntil(snapshot => snapshot.IsQuorate), Is.GreaterThan(LeaseScene.Consensus));
    }
}
