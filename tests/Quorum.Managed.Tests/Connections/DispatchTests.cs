using System.Net.Sockets;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests.Connections;

/// <summary>What Dispatch handles, counts, and waits for.</summary>
public sealed class DispatchTests : DispatchFixture
{
    [Test]
    public void All_handles_the_pending_events_in_order_and_counts([Values(0, 1, 3)] int pairs)
    {
        for (uint i = 0; i < pairs; i++)
        {
            Peer.SendEvent(RawEvents.NodeList(i, 1, 2));
            Peer.SendEvent(RawEvents.Quorum(true, i, 1, 2));
        }

        Assert.That(Connection.Dispatch(DispatchFlags.All), Is.EqualTo(2 * pairs));
        IEnumerable<string> expected =
            Enumerable.Range(0, pairs).SelectMany(static i => new[] { $"NL 1.{i} 1,2", $"Q True 1.{i} 1,2" });
        Assert.That(Calls, Is.EqualTo(expected));
    }

    [Test]
    public void One_nonblocking_handles_one_and_returns_zero_when_there_is_none()
    {
        Assert.That(Connection.Dispatch(DispatchFlags.OneNonBlocking), Is.Zero);
        SendNodeLists(2);
        Assert.That(Connection.Dispatch(DispatchFlags.OneNonBlocking), Is.EqualTo(1));
        Assert.That(Calls, Is.EqualTo(new[] { "NL 1.1 1" }));
        Assert.That(Connection.Dispatch(DispatchFlags.OneNonBlocking), Is.EqualTo(1));
        Assert.That(Connection.Dispatch(DispatchFlags.OneNonBlocking), Is.Zero);
    }

    [Test]
    public async Task One_waits_for_an_event([Values] bool cancellable)
    {
        using CancellationTokenSource source = new();
        Task<int> dispatching = StartUntilItWaits(DispatchFlags.One, cancellable ? source.Token : default);
        Assert.That(dispatching.IsCompleted, Is.False);
        SendNodeLists(1);
        Assert.That(await Wait.ForAsync(dispatching), Is.EqualTo(1));
    }

    [Test]
    public async Task Waiting_dispatch_is_cancelled_and_the_connection_stays_usable(
        [Values(DispatchFlags.One, DispatchFlags.Blocking)] DispatchFlags flags)
    {
        using CancellationTokenSource source = new();
        Task<int> dispatching = StartUntilItWaits(flags, source.Token);
        await source.CancelAsync();
        Assert.That(() => Wait.ForAsync(dispatching), Throws.InstanceOf<OperationCanceledException>());
        SendNodeLists(1);
        Assert.That(Connection.Dispatch(DispatchFlags.One), Is.EqualTo(1));
    }

    [Test]
    public void Cancelled_token_handles_nothing([ValueSource(nameof(AllFlags))] DispatchFlags flags)
    {
        SendNodeLists(1);
        CancellationToken cancelled = new(canceled: true);
        Assert.That(() => Connection.Dispatch(flags, cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Calls, Is.Empty);
    }

    [Test]
    public void Unknown_flags_are_refused([Values(-1, 0, 5, 6)] int flags) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Connection.Dispatch((DispatchFlags)flags));

    [Test]
    public void Unknown_flags_are_refused_after_dispose_too([Values(-1, 0, 5, 6)] int flags)
    {
        Connection.Dispose();
        Assert.Throws<ArgumentOutOfRangeException>(() => Connection.Dispatch((DispatchFlags)flags));
    }

    [Test]
    public void Waiting_dispatch_ends_when_another_thread_disposes(
        [Values(DispatchFlags.One, DispatchFlags.Blocking)] DispatchFlags flags, [Values] bool cancellable)
    {
        using CancellationTokenSource source = new();
        Task<int> dispatching = StartUntilItWaits(flags, cancellable ? source.Token : default);
        Connection.Dispose();
        Assert.That(() => Wait.ForAsync(dispatching), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void Dispose_in_a_callback_ends_the_dispatch_without_further_callbacks(
        [ValueSource(nameof(AllFlags))] DispatchFlags flags)
    {
        InCallback = static connection => connection.Dispose();
        SendNodeLists(2);
        Assert.Throws<ObjectDisposedException>(() => Connection.Dispatch(flags));
        Assert.That(Calls, Has.Count.EqualTo(1));
    }

    [Test]
    public void Malformed_event_ends_the_connection()
    {
        Peer.SendEvent(RawEvents.NodeList(1, 1, 2).With(40, 200));
        QuorumConnectionClosedException e =
            Assert.Throws<QuorumConnectionClosedException>(() => Connection.Dispatch(DispatchFlags.All))!;
        Assert.That(e.Error, Is.EqualTo(CorosyncError.MessageError));
        Assert.Throws<QuorumConnectionClosedException>(() => Connection.GetQuorate());
    }

    [Test]
    public void Events_before_the_daemons_death_are_handled_before_the_death_is_reported()
    {
        SendNodeLists(2);
        Peer.Die();
        Assert.That(Connection.Dispatch(DispatchFlags.One), Is.EqualTo(1));
        Assert.Throws<QuorumConnectionClosedException>(() => Connection.Dispatch(DispatchFlags.All));
        Assert.That(Calls, Has.Count.EqualTo(2));
    }

    [Test]
    public void Poll_handle_is_readable_exactly_while_an_event_is_pending()
    {
        SendNodeLists(5);
        Connection.Dispatch(DispatchFlags.One);
        nint descriptor = Connection.PollHandle.DangerousGetHandle();
        using Socket poll = new(new SafeSocketHandle(descriptor, ownsHandle: false));
        for (int left = 4; left > 0; left--)
        {
            Assert.That(poll.Poll(0, SelectMode.SelectRead), $"{left} events are left");
            Connection.Dispatch(DispatchFlags.One);
        }

        Assert.That(poll.Poll(0, SelectMode.SelectRead), Is.False);
        Peer.Die();
        Assert.That(poll.Poll(Long, SelectMode.SelectRead));
    }

    private static IEnumerable<DispatchFlags> AllFlags() =>
        [DispatchFlags.One, DispatchFlags.All, DispatchFlags.Blocking, DispatchFlags.OneNonBlocking];

    private void SendNodeLists(uint count)
    {
        for (uint i = 1; i <= count; i++)
        {
            Peer.SendEvent(RawEvents.NodeList(i, 1));
        }
    }

    private Task<int> StartUntilItWaits(DispatchFlags flags, CancellationToken cancellationToken) =>
        OwnThread.RunUntilAsleep(() => Connection.Dispatch(flags, cancellationToken));
}
