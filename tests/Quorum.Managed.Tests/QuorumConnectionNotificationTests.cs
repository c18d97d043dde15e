using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests;

/// <summary>Reading the notifications of a played daemon.</summary>
public class QuorumConnectionNotificationTests : QuorumConnectionFixture
{
    // Quorate on ring 1.d with the members 1, 2 and 3.
    private static readonly byte[] Quorum = RawEvents.Quorum(true, 0xd, 1, 2, 3);

    // Ring 1.11 with the members 1 and 2, which 3 has left.
    private static readonly byte[] NodeList = RawEvents.NodeList(0x11, [1, 2], [], [3]);

    // Inquorate on a ring with number 21 and the member 3.
    private static readonly byte[] V0 = RawEvents.V0(false, 21, 3);

    private QuorumConnection _connection = null!;
    private RawPeer _peer = null!;

    [SetUp]
    public async Task ConnectOne() => (_connection, _peer) = await ConnectAsync();

    [TearDown]
    public void CloseConnection() => _connection.Dispose();

    [Test]
    public async Task ReadNotificationsAsync_gives_what_the_daemon_sent()
    {
        _peer.SendEvent(NodeList);
        _peer.SendEvent(Quorum);
        _peer.SendEvent(V0);
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
            Task<QuorumNotification[]> reading = ReadAsync(2, connection);
            peer.SendEvent(V0);
            peer.SendEvent(V0.With(24, 1));
            Assert.That(await reading, Is.EqualTo(new QuorumChangedV0[]
            {
                new(false, 21, [new(3)]),
                new(true, 21, [new(3)]),
            }));
        }
    }

    [Test]
    public async Task ReadNotificationsAsync_takes_the_largest_event_there_can_be()
    {
        uint[] all = [.. Enumerable.Range(1, WireLimits.MaxNodes).Select(static id => (uint)id)];
        byte[] message = RawEvents.NodeList(ulong.MaxValue, all, all, all);
        Assert.That(message, Has.Length.EqualTo(WireLimits.LargestEventSize));
        _peer.SendEvent(message);
        NodeList nodes = [.. all.Select(static id => new NodeId(id))];
        NodeListChanged expected = new(new(new(1), ulong.MaxValue), nodes, nodes, nodes);
        Assert.That(await ReadAsync(1), Is.EqualTo(new[] { expected }));
    }

    [Test]
    public async Task ReadNotificationsAsync_broken_off_goes_on_where_it_was()
    {
        for (uint i = 1; i <= 5; i++)
        {
            _peer.SendEvent(Quorum.With<ulong>(40, i));
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
        Assert.That(() => Wait.ForAsync(reading), Throws.InstanceOf<OperationCanceledException>());
        _peer.SendEvent(Quorum.With<ulong>(40, 7));
        Assert.That(await ReadRingsAsync(1), Is.EqualTo(new ulong[] { 7 }));
    }

    [Test]
    public async Task ReadNotificationsAsync_cancelled_before_takes_nothing()
    {
        _peer.SendEvent(Quorum.With<ulong>(40, 7));
        await using IAsyncEnumerator<QuorumNotification> enumerator =
            _connection.ReadNotificationsAsync(new CancellationToken(true)).GetAsyncEnumerator();
        Assert.That(async () => await enumerator.MoveNextAsync(), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await ReadRingsAsync(1), Is.EqualTo(new ulong[] { 7 }));
    }

    [Test]
    public void ReadNotificationsAsync_ends_when_the_connection_is_disposed_meanwhile()
    {
        Task reading = ReadAsync(1);
        _connection.Dispose();
        Assert.ThrowsAsync<ObjectDisposedException>(() => Wait.ForAsync(reading));
    }

    [Test]
    public async Task ReadNotificationsAsync_gives_what_came_before_the_daemon_died_and_then_throws()
    {
        _peer.SendEvent(NodeList);
        _peer.SendEvent(Quorum);
        _peer.Die();
        Assert.That(await ReadAsync(2), Has.Length.EqualTo(2));
        QuorumConnectionClosedException e =
            Assert.ThrowsAsync<QuorumConnectionClosedException>(() => ReadAsync(1))!;
        Assert.That(e.Error, Is.EqualTo(CorosyncError.Library));
        Assert.That(e.Stage, Is.EqualTo(IpcStage.Event));
        Assert.Throws<QuorumConnectionClosedException>(() => _connection.GetQuorate());
    }

    [TestCaseSource(nameof(BadEvents))]
    public async Task ReadNotificationsAsync_with_a_malformed_event_closes_the_connection_for_good(byte[] message)
    {
        _peer.SendEvent(Quorum);
        _peer.SendEvent(message);
        _peer.SendEvent(Quorum);
        Assert.That(await ReadAsync(1), Has.Length.EqualTo(1), "the event before the malformed one is given");
        QuorumConnectionClosedException first =
            Assert.ThrowsAsync<QuorumConnectionClosedException>(() => ReadAsync(1))!;
        Assert.That(first.Errno, Is.EqualTo(Errno.EBADMSG));
        Assert.That(first.Stage, Is.EqualTo(IpcStage.Event));
        _peer.WaitClosed();
        QuorumConnectionClosedException later =
            Assert.ThrowsAsync<QuorumConnectionClosedException>(() => ReadAsync(1))!;
        Assert.That(later.InnerException!.InnerException, Is.SameAs(first.InnerException), "the first reason is kept");
        Assert.Throws<QuorumConnectionClosedException>(() => _connection.GetQuorate());
    }

    private static IEnumerable<TestCaseData> BadEvents()
    {
        yield return Case("unknown id", Quorum.With(0, 5));
        yield return Case("negative id", Quorum.With(0, uint.MaxValue));
        yield return Case("empty", []);
        yield return Case("half a header", Quorum[..12]);
        yield return Case("header only", Quorum[..24]);
        yield return Case("a list cut short", Quorum[..60]);
        yield return Case("size above the bytes", Quorum.With(8, 0x48));
        yield return Case("size below the list", Quorum.With(8, 0x38));
        yield return Case("negative size", NodeList.With(8, 0x80000000));
        yield return Case("quorate is 2", Quorum.With(24, 2));
        yield return Case("V0 quorate is 2", V0.With(24, 2));
        yield return Case("more members than bytes", Quorum.With(48, 4 + 1));
        yield return Case("more members than a cluster", Quorum.With(48, 385));
        yield return Case("members wrap", Quorum.With(48, 0x40000001));
        yield return Case("more joined than bytes", NodeList.With(48, 5));
        yield return Case("left wraps", NodeList.With(56, uint.MaxValue));
        yield return Case("V0 members lie", V0.With(40, 3));
        yield return Case("larger than any event", [.. Quorum, .. new byte[WireLimits.LargestEventSize]]);

        static TestCaseData Case(string name, byte[] message) => new TestCaseData(message).SetArgDisplayNames(name);
    }

    private async Task<QuorumNotification[]> ReadAsync(int count, QuorumConnection? connection = null)
    {
        List<QuorumNotification> seen = [];
        await Wait.ForAsync(
            (connection ?? _connection).ReadNotificationsAsync(),
            notification =>
            {
                seen.Add(notification);
                return seen.Count == count;
            },
            $"{count} notifications");
        return [.. seen];
    }

    private async Task<ulong[]> ReadRingsAsync(int count) =>
        [.. (await ReadAsync(count)).Cast<QuorumChanged>().Select(notification => notification.RingId.Sequence)];
}
