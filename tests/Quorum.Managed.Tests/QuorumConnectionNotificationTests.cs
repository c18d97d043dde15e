using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests;

/// <summary>Reading notifications, beside a daemon that a test plays itself.</summary>
public class QuorumConnectionNotificationTests : RawDaemonFixture
{
    private QuorumConnection _connection = null!;
    private RawPeer _peer = null!;

    [SetUp]
    public async Task ConnectOne() => (_connection, _peer) = await ConnectAsync();

    [TearDown]
    public void CloseBoth()
    {
        _connection.Dispose();
        _peer.Dispose();
    }

    [Test]
    public async Task ReadNotificationsAsync_gives_what_the_daemon_said()
    {
        _peer.SendEvent(EventBytes.NodeList);
        _peer.SendEvent(EventBytes.Quorum);
        _peer.SendEvent(EventBytes.V0);
        QuorumNotification[] seen = await ReadAsync(3);
        Assert.That(seen, Is.EqualTo(new QuorumNotification[]
        {
            new NodeListChanged(new(new(1), 0x11), [new(1), new(2)], [], [new(3)]),
            new QuorumChanged(true, new(new(1), 0xd), [new(1), new(2), new(3)]),
            new QuorumChangedV0(false, 21, [new(3)]),
        }));
    }

    [Test]
    public async Task ReadNotificationsAsync_with_model_V0_gives_its_notifications()
    {
        (QuorumConnection connection, RawPeer peer) = await ConnectAsync(Options with { Model = QuorumModel.V0 });
        using (connection)
        using (peer)
        {
            ValueTask<QuorumNotification[]> reading = ReadAsync(2, connection);
            peer.SendEvent(EventBytes.V0);
            peer.SendEvent(EventBytes.V0.With(24, 1));
            Assert.That(await reading, Is.EqualTo(new[] { new QuorumChangedV0(false, 21, [new(3)]), new QuorumChangedV0(true, 21, [new(3)]) }));
        }
    }

    [Test]
    public async Task ReadNotificationsAsync_takes_the_largest_event_there_can_be()
    {
        byte[] message = new byte[WireLimits.LargestEventSize];
        NodeId[] all = [.. Enumerable.Range(1, WireLimits.MaxNodes).Select(id => new NodeId((uint)id))];
        new NodeListChangedEvent(new(new(1), ulong.MaxValue), all, all, all).WriteTo(message);
        _peer.SendEvent(message);
        NodeList nodes = [.. all];
        Assert.That(await ReadAsync(1), Is.EqualTo(new[] { new NodeListChanged(new(new(1), ulong.MaxValue), nodes, nodes, nodes) }));
    }

    [Test]
    public async Task ReadNotificationsAsync_broken_off_goes_on_where_it_was()
    {
        for (uint i = 1; i <= 5; i++)
        {
            _peer.SendEvent(EventBytes.Quorum.With(40, i));
        }

        Assert.That(await ReadRingsAsync(2), Is.EqualTo(new ulong[] { 1, 2 }));
        Assert.That(await ReadRingsAsync(1), Is.EqualTo(new ulong[] { 3 }));
        Assert.That(await ReadRingsAsync(2), Is.EqualTo(new ulong[] { 4, 5 }));
    }

    [Test]
    public async Task ReadNotificationsAsync_cancelled_while_it_waits_loses_nothing()
    {
        using CancellationTokenSource cancel = new();
        Task reading = Task.Run(async () =>
        {
            await foreach (QuorumNotification _ in _connection.ReadNotificationsAsync(cancel.Token))
            {
                Assert.Fail("Nothing was sent.");
            }
        });
        await cancel.CancelAsync();
        Assert.That(async () => await reading.WaitAsync(Long), Throws.InstanceOf<OperationCanceledException>());
        _peer.SendEvent(EventBytes.Quorum.With(40, 7));
        Assert.That(await ReadRingsAsync(1), Is.EqualTo(new ulong[] { 7 }));
    }

    [Test]
    public async Task ReadNotificationsAsync_cancelled_before_takes_nothing()
    {
        _peer.SendEvent(EventBytes.Quorum.With(40, 7));
        IAsyncEnumerator<QuorumNotification> enumerator = _connection.ReadNotificationsAsync(new CancellationToken(true)).GetAsyncEnumerator();
        Assert.That(async () => await enumerator.MoveNextAsync(), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await ReadRingsAsync(1), Is.EqualTo(new ulong[] { 7 }));
    }

    [Test]
    public void ReadNotificationsAsync_ends_when_the_connection_is_disposed_meanwhile()
    {
        Task reading = ReadAsync(1).AsTask();
        _connection.Dispose();
        Assert.ThrowsAsync<ObjectDisposedException>(() => reading.WaitAsync(Long));
    }

    [Test]
    public async Task ReadNotificationsAsync_gives_what_came_before_the_daemon_died_and_then_tells()
    {
        _peer.SendEvent(EventBytes.NodeList);
        _peer.SendEvent(EventBytes.Quorum);
        _peer.Die();
        Assert.That(await ReadAsync(2), Has.Length.EqualTo(2));
        QuorumConnectionClosedException e = Assert.ThrowsAsync<QuorumConnectionClosedException>(() => ReadAsync(1).AsTask().WaitAsync(Long))!;
        Assert.That(e.Error, Is.EqualTo(CorosyncError.Library));
        Assert.That(e.Stage, Is.EqualTo(IpcStage.Event));
        Assert.Throws<QuorumConnectionClosedException>(() => _connection.GetQuorate());
    }

    [TestCaseSource(nameof(BadEvents))]
    public async Task ReadNotificationsAsync_with_a_malformed_event_closes_the_connection_for_good(byte[] message)
    {
        _peer.SendEvent(EventBytes.Quorum);
        _peer.SendEvent(message);
        _peer.SendEvent(EventBytes.Quorum);
        Assert.That(await ReadAsync(1), Has.Length.EqualTo(1), "what came before is given out");
        QuorumConnectionClosedException first = Assert.ThrowsAsync<QuorumConnectionClosedException>(() => ReadAsync(1).AsTask().WaitAsync(Long))!;
        Assert.That(first.Errno, Is.EqualTo(Errno.EBADMSG));
        Assert.That(first.Stage, Is.EqualTo(IpcStage.Event));
        Assert.That(_peer.WaitClosed(), "the daemon is told");
        QuorumConnectionClosedException later = Assert.ThrowsAsync<QuorumConnectionClosedException>(() => ReadAsync(1).AsTask().WaitAsync(Long))!;
        Assert.That(later.InnerException!.InnerException, Is.SameAs(first.InnerException), "the first reason is kept");
        Assert.Throws<QuorumConnectionClosedException>(() => _connection.GetQuorate());
    }

    private static IEnumerable<TestCaseData> BadEvents()
    {
        yield return Case("unknown id", EventBytes.Quorum.With(0, 5));
        yield return Case("negative id", EventBytes.Quorum.With(0, uint.MaxValue));
        yield return Case("empty", []);
        yield return Case("half a header", EventBytes.Quorum[..12]);
        yield return Case("header only", EventBytes.Quorum[..24]);
        yield return Case("a list cut short", EventBytes.Quorum[..60]);
        yield return Case("size above the bytes", EventBytes.Quorum.With(8, 0x48));
        yield return Case("size below the list", EventBytes.Quorum.With(8, 0x38));
        yield return Case("negative size", EventBytes.NodeList.With(8, 0x80000000));
        yield return Case("quorate is 2", EventBytes.Quorum.With(24, 2));
        yield return Case("V0 quorate is 2", EventBytes.V0.With(24, 2));
        yield return Case("more members than bytes", EventBytes.Quorum.With(48, 4 + 1));
        yield return Case("more members than a cluster", EventBytes.Quorum.With(48, 385));
        yield return Case("members wrap", EventBytes.Quorum.With(48, 0x40000001));
        yield return Case("more joined than bytes", EventBytes.NodeList.With(48, 5));
        yield return Case("left wraps", EventBytes.NodeList.With(56, uint.MaxValue));
        yield return Case("V0 members lie", EventBytes.V0.With(40, 3));
        yield return Case("larger than any event", [.. EventBytes.Quorum, .. new byte[WireLimits.LargestEventSize]]);

        static TestCaseData Case(string name, byte[] message) => new TestCaseData(message).SetArgDisplayNames(name);
    }

    private async ValueTask<QuorumNotification[]> ReadAsync(int count, QuorumConnection? connection = null)
    {
        using CancellationTokenSource limit = new(Long);
        List<QuorumNotification> seen = [];
        await foreach (QuorumNotification notification in (connection ?? _connection).ReadNotificationsAsync(limit.Token))
        {
            seen.Add(notification);
            if (seen.Count == count)
            {
                break;
            }
        }

        return [.. seen];
    }

    private async Task<ulong[]> ReadRingsAsync(int count) =>
        [.. (await ReadAsync(count)).Cast<QuorumChanged>().Select(notification => notification.RingId.Sequence)];
}
