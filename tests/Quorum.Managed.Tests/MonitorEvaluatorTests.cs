using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Tests;

/// <summary>The fail-safe rule without a monitor, step by step, on a clock that only the test moves.</summary>
public sealed class MonitorEvaluatorTests
{
    private static readonly RingId A = new(new NodeId(1), 0xd);
    private static readonly RingId B = new(new NodeId(3), 0x11);
    private static readonly RingId C = new(new NodeId(1), 0x15);
    private static readonly NodeList All = Nodes(1, 2, 3);
    private static readonly NodeList Third = Nodes(3);
    private static readonly QuorumMonitorOptions Options = new()
    {
        MaxStaleness = TimeSpan.FromSeconds(2),
        RecoverySettleTime = TimeSpan.FromSeconds(5),
    };

    private FakeTimeProvider _time = null!;
    private QuorumEvaluator _evaluator = null!;

    private QuorumSnapshot Now => _evaluator.Snapshot;

    [SetUp]
    public void Create()
    {
        _time = new FakeTimeProvider();
        _evaluator = new QuorumEvaluator(Options, _time);
        _evaluator.Started();
    }

    [Test]
    public void Notifications_alone_do_not_make_it_quorate()
    {
        _evaluator.Connected(_time.GetTimestamp());
        Notify(A, All, true);
        Expect(QuorumState.Unknown, QuorumUnknownReason.Starting);
    }

    [Test]
    public void An_answer_alone_does_not_make_it_quorate()
    {
        _evaluator.Connected(_time.GetTimestamp());
        Answer(true);
        Expect(QuorumState.Unknown, QuorumUnknownReason.Starting);
    }

    [Test]
    public void A_notification_and_an_answer_asked_after_it_make_it_quorate()
    {
        MakeQuorate();
        Assert.Multiple(() =>
        {
            Assert.That(Now.State, Is.EqualTo(QuorumState.Quorate));
            Assert.That(Now.RingId, Is.EqualTo(A));
            Assert.That(Now.Members, Is.EqualTo(All));
            Assert.That(Now.IsChanging, Is.False);
            Assert.That(Now.LastConfirmed, Is.EqualTo(_time.GetUtcNow()));
        });
    }

    [Test]
    public void An_answer_asked_before_the_notification_does_not_count_for_it()
    {
        _evaluator.Connected(_time.GetTimestamp());
        int before = _evaluator.Notifications;
        Notify(A, All, true);
        _evaluator.Answered(true, _time.GetTimestamp(), before);
        Expect(QuorumState.Unknown, QuorumUnknownReason.Starting);
    }

    [Test]
    public void A_no_by_notification_or_by_answer_counts_at_once([Values] bool byNotification)
    {
        MakeQuorate();
        if (byNotification)
        {
            Notify(B, Third, false);
        }
        else
        {
            Answer(false);
        }

        Assert.That(Now.State, Is.EqualTo(QuorumState.Inquorate));
        Assert.That(Now.IsChanging, Is.EqualTo(!byNotification), "a contradiction shows as a change");
    }

    [Test]
    public void A_newer_node_list_keeps_members_and_flag_of_the_older_ring_together_and_says_so()
    {
        MakeQuorate();
        _evaluator.Notified(new NodeListChanged(B, Third, NodeList.Empty, Nodes(1, 2)));
        Assert.That(
            (Now.State, Now.RingId, Now.Members, Now.IsChanging),
            Is.EqualTo((QuorumState.Quorate, (RingId?)A, All, true)));

        _evaluator.Notified(new QuorumChanged(false, B, Third));
        Assert.That(
            (Now.State, Now.RingId, Now.Members, Now.Left, Now.IsChanging),
            Is.EqualTo((QuorumState.Inquorate, (RingId?)B, Third, Nodes(1, 2), false)));
    }

    [Test]
    public void A_newer_node_list_without_its_quorum_is_not_kept_beyond_the_limit()
    {
        MakeQuorate();
        _evaluator.Notified(new NodeListChanged(B, Third, NodeList.Empty, Nodes(1, 2)));
        for (int i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Answer(true);
        }

        Expect(QuorumState.Unknown, QuorumUnknownReason.Stale);
        Assert.That(Now.IsChanging);
    }

    [Test]
    public void Votes_changed_without_a_change_of_members_keeps_joined_and_left()
    {
        MakeQuorate();
        _evaluator.Notified(new NodeListChanged(C, All, Nodes(3), Nodes(3)));
        _evaluator.Notified(new QuorumChanged(true, C, All));
        Answer(true);
        Assert.That((Now.State, Now.Joined, Now.Left), Is.EqualTo((QuorumState.Quorate, Nodes(3), Nodes(3))));
        _evaluator.Notified(new QuorumChanged(false, C, All));
        Assert.That((Now.State, Now.Joined, Now.Left), Is.EqualTo((QuorumState.Inquorate, Nodes(3), Nodes(3))));
    }

    [Test]
    public void An_overtaken_membership_adds_to_joined_and_left()
    {
        MakeQuorate();
        _evaluator.Notified(new NodeListChanged(B, Nodes(1, 2), NodeList.Empty, Nodes(3)));
        _evaluator.Notified(new NodeListChanged(C, All, Nodes(3), NodeList.Empty));
        _evaluator.Notified(new QuorumChanged(true, C, All));
        Answer(true);
        Assert.That((Now.Joined, Now.Left), Is.EqualTo((Nodes(3), Nodes(3))));
    }

    [Test]
    public void Silence_beyond_the_limit_is_unknown_and_a_yes_afterwards_is_not_believed_before_the_settle_time()
    {
        MakeQuorate();
        _time.Advance(Options.MaxStaleness + TimeSpan.FromTicks(1));
        _evaluator.Expire();
        Expect(QuorumState.Unknown, QuorumUnknownReason.Stale);
        Answer(true);
        Expect(QuorumState.Unknown, QuorumUnknownReason.Settling);
        Settle();
        Assert.That(Now.State, Is.EqualTo(QuorumState.Quorate));
    }

    [Test]
    public void A_late_yes_confirms_nothing()
    {
        MakeQuorate();
        long sent = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(4));
        _evaluator.Answered(true, sent, _evaluator.Notifications);
        Expect(QuorumState.Unknown, QuorumUnknownReason.Stale);
    }

    [Test]
    public void A_stale_yes_then_no_then_yes_is_inquorate_and_then_settles()
    {
        MakeQuorate();
        _evaluator.NotAnswered(new QuorumException(CorosyncError.TryAgain, Errno.ETIMEDOUT, IpcStage.Request, "late"));
        Expect(QuorumState.Unknown, QuorumUnknownReason.Stale);
        Answer(true);
        Expect(QuorumState.Unknown, QuorumUnknownReason.Settling);
        Notify(B, Third, false);
        Assert.That(Now.State, Is.EqualTo(QuorumState.Inquorate));
        Notify(C, All, true);
        Answer(true);
        Expect(QuorumState.Unknown, QuorumUnknownReason.Settling);
        Settle();
        Assert.That((Now.State, Now.RingId), Is.EqualTo((QuorumState.Quorate, (RingId?)C)));
    }

    [Test]
    public void A_second_gap_while_settling_begins_the_settle_time_anew()
    {
        MakeQuorate();
        _evaluator.Suspect();
        Answer(true);
        _time.Advance(TimeSpan.FromSeconds(4));
        Answer(true);
        _time.Advance(TimeSpan.FromSeconds(1.5));
        Answer(true);
        Expect(QuorumState.Unknown, QuorumUnknownReason.Settling);
    }

    [Test]
    public void A_wall_clock_that_jumps_changes_nothing([Values(-3600, 3600)] int seconds)
    {
        MakeQuorate();
        _time.JumpWallClock(TimeSpan.FromSeconds(seconds));
        _evaluator.Expire();
        Assert.That(Now.IsQuorate);
        Answer(true);
        Assert.That(Now.IsQuorate);
    }

    [Test]
    public void A_new_connection_knows_nothing_until_it_was_answered()
    {
        MakeQuorate();
        _evaluator.Disconnected(
            new QuorumConnectionClosedException(CorosyncError.Library, Errno.ENOTCONN, IpcStage.Event, "gone"));
        Expect(QuorumState.Unknown, QuorumUnknownReason.Disconnected);
        Assert.That(Now.Error, Is.Not.Null);
        Assert.That(Now.Members, Is.EqualTo(All), "the last known members stay");
        _evaluator.Connected(_time.GetTimestamp());
        Expect(QuorumState.Unknown, QuorumUnknownReason.Starting);
        Notify(C, All, true);
        Answer(true);
        Assert.That(Now.State, Is.EqualTo(QuorumState.Quorate));
        Assert.That(Now.Error, Is.Null);
    }

    [Test]
    public void A_connect_that_timed_out_or_took_long_makes_the_next_yes_suspect([Values] bool timedOut)
    {
        long start = _time.GetTimestamp();
        if (timedOut)
        {
            _evaluator.Disconnected(
                new QuorumConnectException(CorosyncError.TryAgain, Errno.ETIMEDOUT, IpcStage.Authenticate, "late"));
            start = _time.GetTimestamp();
        }
        else
        {
            _time.Advance(TimeSpan.FromSeconds(3));
        }

        _evaluator.Connected(start);
        Notify(A, All, true);
        Answer(true);
        Expect(QuorumState.Unknown, QuorumUnknownReason.Settling);
    }

    [Test]
    public void Confirmation_alone_is_no_new_version()
    {
        MakeQuorate();
        long version = Now.Version;
        _time.Advance(TimeSpan.FromSeconds(1));
        Answer(true);
        Assert.That(Now.Version, Is.EqualTo(version));
        Assert.That(Now.LastConfirmed, Is.EqualTo(_time.GetUtcNow()));
    }

    [Test]
    public void Nothing_follows_the_last_snapshot_of_a_stopped_monitor()
    {
        MakeQuorate();
        _evaluator.Stopped();
        QuorumSnapshot last = Now;
        MakeQuorate();
        Assert.That(Now, Is.SameAs(last));
        Expect(QuorumState.Unknown, QuorumUnknownReason.Stopped);
    }

    private static NodeList Nodes(params uint[] ids) => NodeList.Create([.. ids.Select(id => new NodeId(id))]);

    private void MakeQuorate()
    {
        _evaluator.Connected(_time.GetTimestamp());
        Notify(A, All, true);
        Answer(true);
    }

    private void Notify(RingId ring, NodeList members, bool quorate)
    {
        _evaluator.Notified(new NodeListChanged(ring, members, NodeList.Empty, NodeList.Empty));
        _evaluator.Notified(new QuorumChanged(quorate, ring, members));
    }

    private void Answer(bool quorate) => _evaluator.Answered(quorate, _time.GetTimestamp(), _evaluator.Notifications);

    private void Settle()
    {
        for (int i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Answer(true);
        }
    }

    private void Expect(QuorumState state, QuorumUnknownReason reason) =>
        Assert.That((Now.State, Now.UnknownReason), Is.EqualTo((state, reason)));
}
