using CsCheck;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Tests;

/// <summary>The fail-safe rule under random sequences of everything that can happen.</summary>
public sealed class MonitorRulePropertyTests
{
    private static readonly QuorumMonitorOptions Options = new()
    {
        MaxStaleness = TimeSpan.FromSeconds(2),
        RecoverySettleTime = TimeSpan.FromSeconds(5),
    };

    // Quorate needs a yes to a request that was sent after the newest notification. Only while the membership changes
    // may an older Quorate stay. Quorate needs a contact within the limit, and no gap within the settle time. The ring
    // id, the members and the flag of a snapshot always belong to the same ring.
    [Test]
    public void Quorate_is_never_said_without_its_reasons()
    {
        int quorate = 0;
        int quorateAfterGap = 0;
        Gen.Select(Gen.Int[0, 12], Gen.Int[0, 3], Gen.Int[1, 3000]).Array[1, 60].Sample(
            steps =>
            {
                // Samples run on several threads at once, so each has its own clock and evaluator.
                FakeTimeProvider time = new();
                QuorumEvaluator evaluator = new(Options, time);
                evaluator.Started();
                Oracle oracle = new();
                foreach ((int step, int ring, int ms) in steps)
                {
                    Step(evaluator, time, step, ring, ms, oracle);
                    QuorumSnapshot snapshot = evaluator.Snapshot;
                    if (!snapshot.IsQuorate)
                    {
                        continue;
                    }

                    Interlocked.Increment(ref quorate);
                    quorateAfterGap += oracle.SettledAt > 0 ? 1 : 0;
                    bool settled = time.GetTimestamp() >= oracle.SettledAt;
                    if (!oracle.Connected
                        || oracle.LastFlag == false
                        || time.GetElapsedTime(snapshot.ConfirmedAt) > Options.MaxStaleness
                        || snapshot.Members != Members((int)snapshot.RingId!.Value.Sequence)
                        || (!snapshot.IsChanging && (oracle.LastAnswer != true || !settled)))
                    {
                        return false;
                    }
                }

                return true;
            },
            iter: 20_000);
        Assert.That(quorate, Is.GreaterThan(1000), "the samples were hardly ever quorate");
        Assert.That(quorateAfterGap, Is.GreaterThan(10), "the samples were hardly ever quorate again after a gap");
    }

    private static NodeList Members(int ring) => NodeList.Create([new NodeId((uint)ring + 1)]);

    private static void Step(
        QuorumEvaluator evaluator, FakeTimeProvider time, int step, int ring, int ms, Oracle oracle)
    {
        RingId id = new(new NodeId(1), (ulong)ring);
        switch (step)
        {
            case 0:
                evaluator.Connected(time.GetTimestamp());
                oracle.Connected = true;
                oracle.LastFlag = oracle.LastAnswer = null;
                oracle.Contact = time.GetTimestamp();
                break;
            case 1 when ring == 0:
                evaluator.Disconnected(null);
                oracle.Connected = false;
                break;
            case 2:
                evaluator.Notified(new NodeListChanged(id, Members(ring), NodeList.Empty, NodeList.Empty));
                break;
            case 3 or 4 or 5 when oracle.Connected:
                evaluator.Notified(new QuorumChanged(step != 3, id, Members(ring)));
                oracle.LastFlag = step != 3;
                oracle.LastAnswer = null;
                break;
            case 6 or 7 or 8 or 9 when oracle.Connected:
                // Request 9 was sent before the newest notification came. Its no counts, its yes does not.
                bool yes = step is 7 or 8 || (step == 9 && ring > 0);
                oracle.Answered(time.GetTimestamp());
                evaluator.Answered(yes, time.GetTimestamp(), evaluator.Notifications - (step == 9 ? 1 : 0));
                oracle.LastAnswer = !yes ? false : step == 9 ? oracle.LastAnswer : true;
                break;
            default:
                time.Advance(TimeSpan.FromMilliseconds(step == 10 ? ms : ms / 10));
                evaluator.Expire();
                break;
        }
    }

    private sealed class Oracle
    {
        public bool Connected { get; set; }

        public bool? LastFlag { get; set; }

        public bool? LastAnswer { get; set; }

        // The time of the last answer or, before the first, of the connect.
        public long Contact { get; set; }

        // The end of the settle time that began with the last gap.
        public long SettledAt { get; private set; }

        public void Answered(long now)
        {
            if (now - Contact > Options.MaxStaleness.Ticks)
            {
                SettledAt = now + Options.RecoverySettleTime!.Value.Ticks;
            }

            Contact = now;
        }
    }
}
