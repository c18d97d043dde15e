using Quorum.Managed.Protocol;

namespace Quorum.Managed.Tests;

/// <summary>With a quorum device no side of a cut knows before the vote whether it goes on.</summary>
public sealed class MonitorDeviceTests : MonitorFixture
{
    private static readonly RingId Next = new(new NodeId(1), 0x11);
    private static readonly RingId Later = new(new NodeId(1), 0x15);
    private static readonly NodeList Pair = Nodes(1, 2);
    private static readonly NodeList Rest = Nodes(1);

    [Test]
    public async Task A_quorate_node_that_others_left_is_unknown_until_the_device_has_voted([Values] bool quorate)
    {
        Daemon.HasDevice = true;
        await MakeQuorateAsync();
        CancellationToken lost = Monitor.QuorumLost;
        Daemon.Tell(new NodeListChanged(Next, Pair, NodeList.Empty, Nodes(3)));
        QuorumSnapshot waiting = await WaitAsync(snapshot => !snapshot.IsQuorate);
        Assert.That(
            (waiting.State, waiting.UnknownReason, waiting.IsChanging),
            Is.EqualTo((QuorumState.Unknown, QuorumUnknownReason.AwaitingDevice, true)));
        Assert.That(lost.IsCancellationRequested);

        Daemon.Quorate = quorate;
        Daemon.Tell(new QuorumChanged(quorate, Next, Pair));
        QuorumSnapshot voted = await WaitAsync(snapshot => snapshot.State != QuorumState.Unknown);
        Assert.That((voted.IsQuorate, voted.RingId), Is.EqualTo((quorate, (RingId?)Next)));
    }

    [Test]
    public async Task A_node_that_joins_while_others_have_left_does_not_hide_that_the_vote_is_awaited()
    {
        Daemon.HasDevice = true;
        await MakeQuorateAsync();
        Daemon.Tell(new NodeListChanged(Next, Rest, NodeList.Empty, Nodes(2, 3)));
        Daemon.Tell(new NodeListChanged(Later, Pair, Nodes(2), NodeList.Empty));
        QuorumSnapshot waiting = await WaitAsync(snapshot => !snapshot.IsQuorate);
        Assert.That(waiting.UnknownReason, Is.EqualTo(QuorumUnknownReason.AwaitingDevice));
        await PassAsync(TimeSpan.FromSeconds(1));
        Assert.That(Monitor.Current.UnknownReason, Is.EqualTo(QuorumUnknownReason.AwaitingDevice));
    }

    [Test]
    public async Task A_quorate_node_that_others_join_stays_quorate_with_a_device()
    {
        Daemon.HasDevice = true;
        await MakeQuorateAsync();
        CancellationToken lost = Monitor.QuorumLost;
        Daemon.Tell(new NodeListChanged(Next, Nodes(1, 2, 3, 4), Nodes(4), NodeList.Empty));
        Daemon.Tell(new QuorumChanged(true, Next, Nodes(1, 2, 3, 4)));
        await WaitAsync(snapshot => snapshot is { IsQuorate: true, IsChanging: false } && snapshot.RingId == Next);
        Assert.That(lost.IsCancellationRequested, Is.False);
    }

    [Test]
    public async Task A_quorate_node_that_others_left_stays_quorate_without_a_device()
    {
        await MakeQuorateAsync();
        CancellationToken lost = Monitor.QuorumLost;
        Daemon.Tell(new NodeListChanged(Next, Pair, NodeList.Empty, Nodes(3)));
        await WaitAsync(snapshot => snapshot.IsChanging);
        Daemon.Tell(new QuorumChanged(true, Next, Pair));
        await WaitAsync(snapshot => snapshot is { IsQuorate: true, IsChanging: false } && snapshot.RingId == Next);
        Assert.That(lost.IsCancellationRequested, Is.False);
    }

    [Test]
    public async Task A_device_that_is_configured_later_counts_from_the_notification_of_its_votes()
    {
        await MakeQuorateAsync();
        Daemon.HasDevice = true;
        Daemon.Tell(new QuorumChanged(true, Ring, All));
        Daemon.Tell(new NodeListChanged(Next, Pair, NodeList.Empty, Nodes(3)));
        QuorumSnapshot waiting = await WaitAsync(snapshot => !snapshot.IsQuorate);
        Assert.That(waiting.UnknownReason, Is.EqualTo(QuorumUnknownReason.AwaitingDevice));
    }

    private static NodeList Nodes(params uint[] ids) => NodeList.Create([.. ids.Select(id => new NodeId(id))]);
}
