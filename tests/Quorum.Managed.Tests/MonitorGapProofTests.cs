using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Tests;

/// <summary>What it takes to believe "quorate" after a gap, look by look.</summary>
public sealed class MonitorGapProofTests
{
    private static readonly RingId Ring = new(new NodeId(1), 0xd);
    private static readonly NodeList All = NodeList.Create([new(1), new(2), new(3)]);
    private static readonly TokenTiming Timing = new(
        TimeSpan.FromMilliseconds(3650),
        TimeSpan.FromMilliseconds(4380),
        TimeSpan.FromMilliseconds(869),
        TimeSpan.FromMilliseconds(685));

    private FakeTimeProvider _time = null!;
    private QuorumEvaluator _evaluator = null!;
    private ulong _received;
    private ulong _gather;
    private ulong _operational;

    private QuorumSnapshot Now => _evaluator.Snapshot;

    [SetUp]
    public void Create()
    {
        _time = new FakeTimeProvider();
        _evaluator = new QuorumEvaluator(new QuorumMonitorOptions(), _time);
        _evaluator.Started();
        _received = 1000;
        _gather = 9; // a daemon may begin to gather several times for one ring
        _operational = 7;
    }

    [Test]
    public void Without_statistics_the_word_of_a_daemon_that_connects_promptly_stands()
    {
        Connect();
        _evaluator.TimingRead(null);
        _evaluator.Answered(true, _time.GetTimestamp(), _evaluator.Notifications, Look(null, unavailable: true));
        Assert.That((Now.State, Now.Basis), Is.EqualTo((QuorumState.Quorate, QuorumBasis.None)));
    }

    [Test]
    public void A_new_connection_is_believed_when_the_counter_grows_as_a_live_ring_makes_it_grow()
    {
        Connect();
        _evaluator.TimingRead(Timing);
        Assert.That(PassUntilQuorate(tokenEvery: 684), Is.InRange(1500, 4000));
        Assert.That(Now.Basis, Is.EqualTo(QuorumBasis.TokenCounter));
    }

    [Test]
    public void A_counter_that_stands_still_proves_nothing_before_token_and_consensus_have_passed()
    {
        MakeQuorateAndSilent(TimeSpan.FromSeconds(10));
        Assert.That(PassUntilQuorate(tokenEvery: null), Is.GreaterThan(3650 + 4380));
        Assert.That(Now.Basis, Is.EqualTo(QuorumBasis.Timing));
    }

    [Test]
    public void Tokens_that_were_queued_while_the_daemon_stood_still_prove_nothing()
    {
        MakeQuorateAndSilent(TimeSpan.FromSeconds(4));
        Look();
        _received += 7; // 2 + 4 s / 869 ms
        Assert.That(PassUntilQuorate(tokenEvery: null), Is.GreaterThan(3650 + 4380));
    }

    [Test]
    public void Tokens_that_are_sent_again_prove_nothing_until_their_sender_must_have_given_up()
    {
        MakeQuorateAndSilent(TimeSpan.FromSeconds(2.5));
        Assert.That(PassUntilQuorate(tokenEvery: 869), Is.GreaterThan(3650));
    }

    [Test]
    public void A_ring_that_is_being_formed_proves_nothing()
    {
        MakeQuorateAndSilent(TimeSpan.FromSeconds(3), Timing, lookedBefore: true);
        _gather++;
        Assert.That(PassUntilQuorate(tokenEvery: 50), Is.GreaterThan(2 * (3650 + 4380)));
    }

    [Test]
    public void A_ring_that_was_formed_since_the_last_look_proves_nothing_by_the_tokens_of_the_old_one()
    {
        MakeQuorateAndSilent(TimeSpan.FromSeconds(3));
        for (int i = 0; i < 100; i++)
        {
            _gather++;
            _operational++;
            _received += 20;
            Look();
            Assert.That(Now.UnknownReason, Is.EqualTo(QuorumUnknownReason.Settling));
            _time.Advance(TimeSpan.FromMilliseconds(40));
        }
    }

    [Test]
    public void A_ring_that_was_formed_and_not_told_yet_proves_nothing_however_its_counter_grows(
        [Values] bool lookedBefore)
    {
        MakeQuorateAndSilent(TimeSpan.FromSeconds(3), Timing, lookedBefore);
        if (!lookedBefore)
        {
            Look();
        }

        _gather++;
        _operational++;
        Assert.That(PassUntilQuorate(tokenEvery: 5), Is.GreaterThan(3650 + 4380));
    }

    [Test]
    public void Statistics_that_cannot_be_read_after_a_silence_cost_thirty_seconds_and_with_timing_less()
    {
        MakeQuorateAndSilent(TimeSpan.FromSeconds(3), null);
        Assert.That(PassUntilQuorate(tokenEvery: null, readable: false), Is.InRange(30_000, 31_000));
        Assert.That(Now.Basis, Is.EqualTo(QuorumBasis.Fixed));
        MakeQuorateAndSilent(TimeSpan.FromSeconds(3));
        Assert.That(PassUntilQuorate(tokenEvery: null, readable: false), Is.InRange(3650 + 4380, 9500));
        Assert.That(Now.Basis, Is.EqualTo(QuorumBasis.Timing));
    }

    [Test]
    public void Statistics_that_fail_without_a_gap_change_nothing_and_are_not_asked_for()
    {
        Connect();
        _evaluator.TimingRead(Timing);
        PassUntilQuorate(tokenEvery: 70);
        Assert.That(_evaluator.WantsToken, Is.False);
        _evaluator.Answered(true, _time.GetTimestamp(), _evaluator.Notifications, Look(null, unavailable: true));
        Assert.That(Now.IsQuorate);
    }

    [Test]
    public void Without_assurance_a_yes_after_a_silence_is_believed_at_once()
    {
        _evaluator = new QuorumEvaluator(new() { Assurance = QuorumAssurance.None }, _time);
        Connect();
        Answer();
        Assert.That(Now.IsQuorate);
        _evaluator.Suspect();
        Answer();
        Assert.That(Now.IsQuorate);
    }

    private void Connect()
    {
        _evaluator.Connected(_time.GetTimestamp());
        _evaluator.Notified(new NodeListChanged(Ring, All, NodeList.Empty, NodeList.Empty));
        _evaluator.Notified(new QuorumChanged(true, Ring, All));
    }

    private void MakeQuorateAndSilent(TimeSpan silence) => MakeQuorateAndSilent(silence, Timing);

    private void MakeQuorateAndSilent(TimeSpan silence, TokenTiming? timing, bool lookedBefore = false)
    {
        Connect();
        _evaluator.TimingRead(null);
        _evaluator.Answered(true, _time.GetTimestamp(), _evaluator.Notifications, Look(null, unavailable: true));
        Assert.That(Now.IsQuorate);
        if (lookedBefore)
        {
            Assert.That(_evaluator.WantsRing);
            _evaluator.RingRead(State(), _evaluator.Notifications);
        }

        _time.Advance(silence);
        Answer();
        Assert.That(Now.UnknownReason, Is.EqualTo(QuorumUnknownReason.Settling));
        _evaluator.TimingRead(timing);
    }

    // Milliseconds until the evaluator says quorate.
    private int PassUntilQuorate(int? tokenEvery, bool readable = true)
    {
        for (int ms = 0; ms < 40_000; ms += 40)
        {
            _received += tokenEvery is { } every ? (ulong)((ms / every) - (Math.Max(ms - 40, 0) / every)) : 0;
            if (readable)
            {
                Look();
            }
            else
            {
                _evaluator.Answered(true, _time.GetTimestamp(), _evaluator.Notifications, Look(null));
            }

            if (Now.IsQuorate)
            {
                return ms;
            }

            _time.Advance(TimeSpan.FromMilliseconds(40));
        }

        throw new InvalidOperationException($"Still {Now}");
    }

    private void Answer() => _evaluator.Answered(true, _time.GetTimestamp(), _evaluator.Notifications);

    private void Look() =>
        _evaluator.Answered(true, _time.GetTimestamp(), _evaluator.Notifications, Look(State()));

    private TokenState State() => new(_received, _gather, _operational, _operational);

    private TokenReading Look(TokenState? state, bool unavailable = false) =>
        new(state, unavailable, _time.GetTimestamp(), _time.GetTimestamp());
}
