using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Tests;

/// <summary>Which notifications the fail-safe rule believes.</summary>
public sealed class MonitorBeliefTests
{
    private static readonly RingId A = new(new NodeId(1), 0xd);
    private static readonly RingId B = new(new NodeId(3), 0x11);
    private static readonly RingId C = new(new NodeId(1), 0x15);
    private static readonly NodeList All = Nodes(1, 2, 3);
    private static readonly NodeList Third = Nodes(3);

    private FakeTimeProvider _time = null!;
    private QuorumEvaluator _evaluator = null!;

    private QuorumSnapshot Now => _evaluator.Snapshot;

    [SetUp]
    public void Create()
    {
        _time = new FakeTimeProvider();
        _evaluator = new QuorumEvaluator(new() { RecoverySettleTime = TimeSpan.FromSeconds(5) }, _time);
        _evaluator.Started();
    }

    [Test]
    public void A_node_list_before_the_first_quorum_notification_is_a_change()
    {
        _evaluator.Connected(_time.GetTimestamp());
        _evaluator.Notified(new NodeListChanged(B, Third, NodeList.Empty, Nodes(1, 2)));
        Expect(QuorumState.Unknown, QuorumUnknownReason.Starting);
        Assert.That(Now.IsChanging);
    }

    [Test]
    public void A_quorum_notification_of_an_older_ring_than_the_newest_node_list_is_not_believed()
    {
        _evaluator.Connected(_time.GetTimestamp());
        _evaluator.Notified(new NodeListChanged(B, Third, NodeList.Empty, Nodes(1, 2)));
        _evaluator.Notified(new QuorumChanged(true, A, All));
        Answer(true);
        Expect(QuorumState.Unknown, QuorumUnknownReason.Starting);
        Assert.That(Now.IsChanging);
        _evaluator.Notified(new QuorumChanged(true, B, Third));
        Answer(true);
        Assert.That((Now.State, Now.RingId), Is.EqualTo((QuorumState.Quorate, (RingId?)B)));
    }

    [Test]
    public void A_quorum_notification_that_comes_before_its_node_list_is_believed()
    {
        _evaluator.Connected(_time.GetTimestamp());
        Notify(A, All, true);
        _evaluator.Notified(new QuorumChanged(true, C, All));
        Answer(true);
        Assert.That((Now.State, Now.RingId), Is.EqualTo((QuorumState.Quorate, (RingId?)C)));
    }

    [Test]
    public void A_daemon_without_a_quorum_provider_is_never_believed_and_the_error_says_what_to_do()
    {
        QuorumException error = new(CorosyncError.NotSupported, 0, IpcStage.Authenticate, "configure");
        _evaluator.Connected(_time.GetTimestamp(), error);
        Expect(QuorumState.Unknown, QuorumUnknownReason.NoQuorumProvider);
        Notify(A, All, true);
        Answer(true);
        Expect(QuorumState.Unknown, QuorumUnknownReason.NoQuorumProvider);
        Assert.That(Now.Error, Is.SameAs(error));
        _evaluator.Disconnected(null);
        MakeQuorate();
        Assert.That(Now.IsQuorate, "the daemon was configured and restarted");
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

    private void Expect(QuorumState state, QuorumUnknownReason reason) =>
        Assert.That((Now.State, Now.UnknownReason), Is.EqualTo((state, reason)));
}
