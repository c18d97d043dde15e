using CsCheck;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Tests;

/// <summary>The rule after a gap, against a modelled daemon that stood still and does not know the truth.</summary>
public sealed class MonitorGapPropertyTests
{
    private static readonly RingId Ring = new(new NodeId(1), 0xd);
    private static readonly NodeList All = NodeList.Create([new(1), new(2), new(3)]);

    // The daemon stops, wakes with queued tokens, gets tokens that its predecessor sends again, begins to form a ring
    // of its own, counts the tokens of that ring, and only then tells the truth. The monitor must not say quorate
    // before.
    [Test]
    public void Never_quorate_before_the_truth()
    {
        int settling = 0;
        Gen.Select(Gen.Int[1000, 8000], Gen.Int[2100, 30_000], Gen.Int[0, 100], Gen.Int[0, 100], Gen.Int[1, 60])
            .Select(Gen.Bool, Gen.Bool, (model, isLate, resends) => (model, isLate, resends))
            .Sample(
                sample =>
                {
                    (int token, int stall, int queued, int ownRing, int jitter) = sample.model;
                    StaleDaemon daemon = new(token, stall, queued, ownRing, sample.isLate, sample.resends);
                    FakeTimeProvider time = new();
                    QuorumEvaluator evaluator = Stop(time, stall);
                    for (int ms = 0; ms < daemon.TruthAt; ms += StepOf(evaluator, jitter, ms))
                    {
                        long now = time.GetTimestamp();
                        Ask(evaluator, daemon, time, ms);
                        if (evaluator.Snapshot.IsQuorate)
                        {
                            return false;
                        }

                        Interlocked.Increment(ref settling);
                        time.Advance(TimeSpan.FromMilliseconds(StepOf(evaluator, jitter, ms)));
                        Assert.That(time.GetTimestamp(), Is.GreaterThan(now));
                    }

                    return true;
                },
                iter: 3000);
        Assert.That(settling, Is.GreaterThan(10_000));
    }

    // A daemon whose ring is alive is believed, and at the latest when the time is over.
    [Test]
    public void Quorate_again_when_the_ring_is_alive()
    {
        int early = 0;
        Gen.Select(Gen.Int[1000, 8000], Gen.Int[2100, 30_000], Gen.Int[1, 80]).Sample(
            (token, stall, share) =>
            {
                TokenTiming timing = StaleDaemon.TimingOf(token);
                FakeTimeProvider time = new();
                QuorumEvaluator evaluator = Stop(time, stall);
                int limit = (int)(timing.Token + timing.Consensus).TotalMilliseconds + 1200;
                int every = Math.Max(1, (int)timing.Retransmit.TotalMilliseconds * share / 100);
                for (int ms = 0; ms <= limit; ms += StepOf(evaluator, 1, ms))
                {
                    Look(evaluator, timing, time, new TokenState(500 + (ulong)(ms / every), 3, 3, 3));
                    if (evaluator.Snapshot.IsQuorate)
                    {
                        Interlocked.Add(ref early, evaluator.Snapshot.Basis == QuorumBasis.TokenCounter ? 1 : 0);
                        return true;
                    }

                    time.Advance(TimeSpan.FromMilliseconds(StepOf(evaluator, 1, ms)));
                }

                return false;
            },
            iter: 1000);
        Assert.That(early, Is.GreaterThan(500));
    }

    private static int StepOf(QuorumEvaluator evaluator, int jitter, int ms) =>
        Math.Max(1, (int)(evaluator.ProofInterval ?? TimeSpan.FromMilliseconds(500)).TotalMilliseconds)
        + (ms % jitter);

    private static QuorumEvaluator Stop(FakeTimeProvider time, int stall)
    {
        QuorumEvaluator evaluator = new(new QuorumMonitorOptions(), time);
        evaluator.Started();
        evaluator.Connected(time.GetTimestamp());
        evaluator.TimingRead(null);
        evaluator.Notified(new NodeListChanged(Ring, All, NodeList.Empty, NodeList.Empty));
        evaluator.Notified(new QuorumChanged(true, Ring, All));
        long now = time.GetTimestamp();
        evaluator.Answered(true, now, evaluator.Notifications, new TokenReading(null, true, now, now));
        Assert.That(evaluator.Snapshot.IsQuorate);
        time.Advance(TimeSpan.FromMilliseconds(stall));
        return evaluator;
    }

    private static void Ask(QuorumEvaluator evaluator, StaleDaemon daemon, FakeTimeProvider time, int ms) =>
        Look(evaluator, daemon.Timing, time, daemon.At(ms));

    private static void Look(QuorumEvaluator evaluator, TokenTiming timing, FakeTimeProvider time, TokenState state)
    {
        if (evaluator.WantsTiming)
        {
            evaluator.TimingRead(timing);
        }

        long now = time.GetTimestamp();
        TokenReading? reading = evaluator.WantsToken ? new TokenReading(state, false, now, now) : null;
        evaluator.Answered(true, now, evaluator.Notifications, reading);
    }

    // Times in milliseconds since it woke. queued and ownRing are shares in percent.
    private sealed class StaleDaemon
    {
        private readonly int _queued;
        private readonly int _gatherAt;
        private readonly int _ownRingAt;
        private readonly bool _resends;
        private readonly int _retransmit;
        private readonly int _token;

        public StaleDaemon(int token, int stall, int queued, int ownRing, bool isLate, bool resends)
        {
            Timing = TimingOf(token);
            _token = token;
            _retransmit = (int)Timing.Retransmit.TotalMilliseconds;
            _resends = resends;
            _queued = (1 + (Math.Min(stall, token) / _retransmit)) * queued / 100;
            int consensus = (int)Timing.Consensus.TotalMilliseconds;
            _gatherAt = isLate ? token : 0;
            TruthAt = _gatherAt + consensus + 50;
            _ownRingAt = TruthAt - (90 * ownRing / 100);
        }

        public TokenTiming Timing { get; }

        public int TruthAt { get; }

        public static TokenTiming TimingOf(int token) => new(
            TimeSpan.FromMilliseconds(token),
            TimeSpan.FromMilliseconds(token * 1.2),
            TimeSpan.FromMilliseconds(token / 4.2),
            TimeSpan.FromMilliseconds((token / 4.2 * 0.8) - 10));

        // Half of the queued tokens are counted at once, the others after the first look.
        public TokenState At(int ms)
        {
            int received = ms == 0 ? _queued / 2 : _queued;
            received += _resends ? Math.Min(ms, _token) / _retransmit : 0;
            received += ms >= _ownRingAt ? 1 + ((ms - _ownRingAt) * 2) : 0;
            ulong gather = 3UL + (ms >= _gatherAt ? 1UL : 0);
            ulong rings = ms >= _ownRingAt ? gather : 3;
            return new TokenState(500 + (ulong)received, gather, rings, rings);
        }
    }
}
