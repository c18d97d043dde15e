using CsCheck;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Tests;

/// <summary>The fail-safe rule against random sequences of everything that can come.</summary>
public sealed class MonitorRulePropertyTests
{
    private static readonly QuorumMonitorOptions Options = new() { MaxStaleness = TimeSpan.FromSeconds(2), RecoverySettleTime = TimeSpan.FromSeconds(5) };

    // Whatever comes, in whatever order: Quorate needs a yes asked after the newest notification and within the limit, no gap in the settle time before,
    // and a snapshot never has the members of one ring with the id or the flag of another.
    [Test]
    public void Quorate_is_never_said_without_its_reasons() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 3], Gen.Int[1, 3000]).Array[1, 60].Sample(steps =>
        {
            // Samples run on several threads at once: each has a clock and an evaluator of its own.
            FakeTimeProvider time = new();
            QuorumEvaluator evaluator = new(Options, time);
            evaluator.Started();
            Oracle oracle = new();
            foreach ((int step, int ring, int ms) in steps)
            {
                Step(evaluator, time, step, ring, ms, oracle);
                if (evaluator.Snapshot.IsQuorate)
                {
                    TimeSpan age = time.GetElapsedTime(evaluator.Snapshot.ConfirmedAt);
                    if (!oracle.Connected || oracle.LastFlag == false || oracle.LastAnswer != true || age > Options.MaxStaleness
                        || evaluator.Snapshot.Members != Members((int)evaluator.Snapshot.RingId!.Value.Sequence))
                    {
                        return false;
                    }
                }
            }

            return true;
        });

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
                break;
            case 1:
                evaluator.Disconnected(null);
                oracle.Connected = false;
                break;
            case 2:
                evaluator.Notified(new NodeListChanged(id, Members(ring), NodeList.Empty, NodeList.Empty));
                break;
            case 3 or 4 or 5 when oracle.Connected:
                evaluator.Notified(new QuorumChanged(step != 3, id, Members(ring)));
                oracle.LastFlag = step != 3;
                break;
            case 6 or 7 or 8 when oracle.Connected:
                evaluator.Answered(step != 6, time.GetTimestamp(), evaluator.Notifications);
                oracle.LastAnswer = step != 6;
                break;
            default:
                time.Advance(TimeSpan.FromMilliseconds(ms));
                evaluator.Expire();
                break;
        }
    }

    private sealed class Oracle
    {
        public bool Connected { get; set; }

        public bool? LastFlag { get; set; }

        public bool? LastAnswer { get; set; }
    }
}
