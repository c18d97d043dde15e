using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Tests;

// Plays a daemon with statistics to an evaluator with leased assurance, at corosync's own timing for three nodes.
// Times are in milliseconds.
internal sealed class LeaseScene
{
    public const int Token = 3650;
    public const int Consensus = 4380;
    public const int Retransmit = 869;
    public const int Hold = 685;
    public const int Margin = 100;
    public const int Lease = Consensus - Margin;

    // As TokenLease asks for looks.
    private const int Interval = 22;

    private readonly long _start;
    private int _ring;
    private int _sinceToken;
    private int _sinceLook;

    public LeaseScene(QuorumMonitorOptions? options = null)
    {
        _start = Time.GetTimestamp();
        Evaluator = new QuorumEvaluator(
            (options ?? new()) with { Assurance = QuorumAssurance.Leased, MaxStaleness = TimeSpan.FromSeconds(20) },
            Time);
        Evaluator.Started();
    }

    public static NodeList All { get; } = Nodes(1, 2, 3);

    public FakeTimeProvider Time { get; } = new();

    public QuorumEvaluator Evaluator { get; }

    public TokenTiming? Timing { get; set; } = TimingOf(Token, Consensus, Retransmit, Hold);

    public TokenState State { get; set; } = new(1000, 9, 8, 7);

    public bool IsUnavailable { get; set; }

    public bool Quorate { get; set; } = true;

    // The daemon has model V0: no node lists.
    public bool IsV0 { get; set; }

    public QuorumSnapshot Now => Evaluator.Snapshot;

    public int Elapsed => (int)((Time.GetTimestamp() - _start) / TimeSpan.TicksPerMillisecond);

    // The time at which the lease ends.
    public int End => (int)((Now.LeaseEnd!.Value / 1_000_000) - (_start / TimeSpan.TicksPerMillisecond));

    public static NodeList Nodes(params uint[] ids) => NodeList.Create([.. ids.Select(id => new NodeId(id))]);

    public static TokenTiming TimingOf(int token, int consensus, int retransmit, int hold) => new(
        TimeSpan.FromMilliseconds(token),
        TimeSpan.FromMilliseconds(consensus),
        TimeSpan.FromMilliseconds(retransmit),
        TimeSpan.FromMilliseconds(hold));

    // A monitor that connects, and an idle ring until it says yes.
    public static LeaseScene Quorately(QuorumMonitorOptions? options = null, bool isV0 = false)
    {
        LeaseScene scene = new(options) { IsV0 = isV0 };
        scene.Connect();
        scene.PassUntil(snapshot => snapshot.IsQuorate);
        return scene;
    }

    public void Connect()
    {
        Evaluator.Connected(Time.GetTimestamp());
        Tell(All);
    }

    public void Tell(NodeList members, bool quorate = true, NodeList joined = default, NodeList left = default)
    {
        RingId ring = new(new NodeId(1), (ulong)(13 + (4 * _ring++)));
        Quorate = quorate;
        if (IsV0)
        {
            Evaluator.Notified(new QuorumChangedV0(quorate, ring.Sequence, members));
        }
        else
        {
            Evaluator.Notified(new NodeListChanged(ring, members, joined, left));
            Evaluator.Notified(new QuorumChanged(quorate, ring, members));
        }

        Look();
    }

    // The counters of a ring that is being formed, and of one that was formed.
    public void Gather() => State = State with { GatherEntered = State.GatherEntered + 1 };

    public void Form() => State = State with
    {
        CommitEntered = State.CommitEntered + 1,
        OperationalEntered = State.OperationalEntered + 1,
    };

    public void Arrive(int tokens = 1)
    {
        State = State with { Received = State.Received + (ulong)tokens };
        _sinceToken = 0;
    }

    // Looks go on; a token comes each so many milliseconds, or none at zero.
    public void Pass(int time, int every = Hold)
    {
        for (int end = Elapsed + time; Elapsed < end;)
        {
            Step(every);
        }
    }

    public int PassUntil(Predicate<QuorumSnapshot> condition, int every = Hold)
    {
        int from = Elapsed;
        while (!condition(Now))
        {
            Assert.That(Elapsed - from, Is.LessThan(60_000), $"The evaluator says: {Now}");
            Step(every);
        }

        return Elapsed - from;
    }

    public void Look()
    {
        if (Evaluator.WantsTiming)
        {
            Evaluator.TimingRead(Timing);
        }

        long now = Time.GetTimestamp();
        TokenReading reading = new(IsUnavailable ? null : State, IsUnavailable, now, now);
        Evaluator.Answered(Quorate, now, Evaluator.Notifications, reading);
        _sinceLook = 0;
    }

    private void Step(int every)
    {
        Time.Advance(TimeSpan.FromMilliseconds(1));
        if (++_sinceToken >= every && every > 0)
        {
            Arrive();
        }

        if (++_sinceLook >= Interval)
        {
            Look();
        }
    }
}
