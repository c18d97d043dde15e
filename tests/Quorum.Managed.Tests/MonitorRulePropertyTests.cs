using CsCheck;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Tests;

/// <summary>The fail-safe rule against random sequences of everything that can come.</summary>
public sealed class MonitorRulePropertyTests
{
    private static readonly QuorumMonitorOptions Options = new() { MaxStaleness = TimeSpan.FromSeconds(2), RecoverySettleTime = TimeSpan.FromSeconds(5) };

    // Whatever comes, in whatever order: Quorate needs a yes asked after the newest notification (while things change, one that was Quorate before stands), a
    // contact within the limit, and no gap in the settle time before; and a snapshot never has the members of one ring with the id or the flag of another.
    [Test]
    public void Quorate_is_never_said_without_its_reasons()
    {
        int quorate = 0;
        int settled = 0;
        Gen.Select(Gen.Int[0, 12], Gen.Int[0, 3], Gen.Int[1, 3000]).Array[1, 60].Sample(
            steps =>
            {
                // Samples run on several threads at once: each has a clock and an evaluator of its own.
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
                    settled += oracle.SettledAt > 0 ? 1 : 0;
                    if (!oracle.Connected || oracle.LastFlag == false || time.GetElapsedTime(snapshot.ConfirmedAt) > Options.MaxStaleness
                        || snapshot.Members != Members((int)snapshot.RingId!.Value.Sequence)
                        || (!snapshot.IsChanging && (oracle.LastAnswer != true || time.GetTimestamp() < oracle.SettledAt)))
                    {
                        return false;
                    }
                }

                return true;
            },
            iter: 20_000);
        Assert.That(quorate, Is.GreaterThan(1000), "it was hardly ever quorate");
        Assert.That(settled, Is.GreaterThan(10), "it was hardly ever quorate again after a gap");
    }

    private static NodeList Members(int ring) => NodeList.Create([new NodeId((uint)ring + 1)]);

    private static void Step(QuorumEvaluator evaluator, FakeTimeProvider time, int step, int ring, int ms, Oracle oracle)
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
                // Nine was asked before the newest notification came: its no counts, its yes does not.
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

        // The time of the last answer, or of the connect; and until when nothing is believed after a gap.
        public long Contact { get; set; }

        public long SettledAt { get; private set; }

        public void Answered(long now)
        {
            if (now - Contact > Options.MaxStaleness.Ticks)
            {
                SettledAt = now + Options.RecoverySettleTime.Ticks;
            }

            Contact = now;
        }
    }
}
