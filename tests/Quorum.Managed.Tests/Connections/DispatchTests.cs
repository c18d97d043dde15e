using System.Net.Sockets;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests.Connections;

/// <summary>Dispatch and its callbacks, with a fake daemon whose events come exactly when the test says so.</summary>
public sealed partial class DispatchTests
{
    private readonly List<string> _calls = [];
    private RawPeer _peer = null!;
    private QuorumConnection? _connection;
    private Action<QuorumConnection> _inCallback = static _ => { };

    [SetUp]
    public void Reset()
    {
        _calls.Clear();
        _inCallback = static _ => { };
    }

    [TearDown]
    public void Close()
    {
        _connection?.Dispose();
        _peer.Dispose();
    }

    [Test]
    public void All_handles_what_is_there_in_order_and_counts([Values(0, 1, 3)] int pairs)
    {
        QuorumConnection connection = Connect();
        for (uint i = 0; i < pairs; i++)
        {
            _peer.SendEvent(RawService.NodeList(i, 1, 2));
            _peer.SendEvent(RawService.Quorum(true, i, 1, 2));
        }

        Assert.That(connection.Dispatch(DispatchFlags.All), Is.EqualTo(2 * pairs));
        Assert.That(_calls, Is.EqualTo(Enumerable.Range(0, pairs).SelectMany(i => new[] { $"NL 1.{i} 1,2", $"Q True 1.{i} 1,2" })));
    }

    [Test]
    public void One_nonblocking_handles_one_and_answers_zero_when_there_is_none()
    {
        QuorumConnection connection = Connect();
        Assert.That(connection.Dispatch(DispatchFlags.OneNonBlocking), Is.Zero);
        _peer.SendEvent(RawService.NodeList(1, 1));
        _peer.SendEvent(RawService.NodeList(2, 1));
        Assert.That(connection.Dispatch(DispatchFlags.OneNonBlocking), Is.EqualTo(1));
        Assert.That(_calls, Is.EqualTo(new[] { "NL 1.1 1" }));
        Assert.That(connection.Dispatch(DispatchFlags.OneNonBlocking), Is.EqualTo(1));
        Assert.That(connection.Dispatch(DispatchFlags.OneNonBlocking), Is.Zero);
    }

    [Test]
    public async Task One_waits_for_an_event([Values] bool cancellable)
    {
        QuorumConnection connection = Connect();
        using CancellationTokenSource source = new();
        Task<int> dispatching = Start(() => connection.Dispatch(DispatchFlags.One, cancellable ? source.Token : default));
        Assert.That(dispatching.Wait(50), Is.False, "it does not wait");
        _peer.SendEvent(RawService.NodeList(1, 1));
        Assert.That(await dispatching.WaitAsync(RawService.Bound), Is.EqualTo(1));
    }

    [Test]
    public async Task A_waiting_dispatch_is_cancelled_and_the_connection_stays_usable([Values(DispatchFlags.One, DispatchFlags.Blocking)] DispatchFlags flags)
    {
        QuorumConnection connection = Connect();
        using CancellationTokenSource source = new();
        Task<int> dispatching = Start(() => connection.Dispatch(flags, source.Token));
        Assert.That(dispatching.Wait(20), Is.False, "it does not wait");
        await source.CancelAsync();
        Assert.That(async () => await dispatching.WaitAsync(RawService.Bound), Throws.InstanceOf<OperationCanceledException>());
        _peer.SendEvent(RawService.NodeList(1, 1));
        Assert.That(connection.Dispatch(DispatchFlags.One), Is.EqualTo(1));
    }

    [Test]
    public void A_cancelled_token_handles_nothing([Values(DispatchFlags.One, DispatchFlags.All, DispatchFlags.Blocking, DispatchFlags.OneNonBlocking)] DispatchFlags flags)
    {
        QuorumConnection connection = Connect();
        _peer.SendEvent(RawService.NodeList(1, 1));
        Assert.That(() => connection.Dispatch(flags, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_calls, Is.Empty);
    }

    [Test]
    public void Unknown_flags_are_refused_also_after_dispose([Values(-1, 0, 5, 6)] int flags)
    {
        QuorumConnection connection = Connect();
        Assert.Throws<ArgumentOutOfRangeException>(() => connection.Dispatch((DispatchFlags)flags));
        connection.Dispose();
        Assert.Throws<ArgumentOutOfRangeException>(() => connection.Dispatch((DispatchFlags)flags));
    }

    [Test]
    public async Task A_waiting_dispatch_ends_when_another_thread_disposes(
        [Values(DispatchFlags.One, DispatchFlags.Blocking)] DispatchFlags flags, [Values] bool cancellable)
    {
        QuorumConnection connection = Connect();
        using CancellationTokenSource source = new();
        Task<int> dispatching = Start(() => connection.Dispatch(flags, cancellable ? source.Token : default));
        Assert.That(dispatching.Wait(20), Is.False, "it does not wait");
        connection.Dispose();
        Assert.That(async () => await dispatching.WaitAsync(RawService.Bound), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void A_dispose_in_a_callback_ends_the_dispatch_without_further_callbacks(
        [Values(DispatchFlags.One, DispatchFlags.All, DispatchFlags.Blocking, DispatchFlags.OneNonBlocking)] DispatchFlags flags)
    {
        QuorumConnection connection = Connect();
        _inCallback = static c => c.Dispose();
        _peer.SendEvent(RawService.NodeList(1, 1));
        _peer.SendEvent(RawService.NodeList(2, 1));
        Assert.Throws<ObjectDisposedException>(() => connection.Dispatch(flags));
        Assert.That(_calls, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_malformed_event_ends_the_connection()
    {
        QuorumConnection connection = Connect();
        byte[] message = RawService.NodeList(1, 1, 2);
        message[40] = 200;
        _peer.SendEvent(message);
        Assert.That(Assert.Throws<QuorumConnectionClosedException>(() => connection.Dispatch(DispatchFlags.All))!.Error, Is.EqualTo(CorosyncError.MessageError));
        Assert.Throws<QuorumConnectionClosedException>(() => connection.GetQuorate());
    }

    [Test]
    public void What_came_before_the_daemons_death_is_handled_before_it_is_told()
    {
        QuorumConnection connection = Connect();
        _peer.SendEvent(RawService.NodeList(1, 1));
        _peer.SendEvent(RawService.Quorum(true, 1, 1));
        _peer.Die();
        Assert.That(connection.Dispatch(DispatchFlags.One), Is.EqualTo(1));
        Assert.Throws<QuorumConnectionClosedException>(() => connection.Dispatch(DispatchFlags.All));
        Assert.That(_calls, Has.Count.EqualTo(2));
    }

    [Test]
    public void Poll_handle_is_readable_exactly_while_an_event_is_pending_however_late_it_is_taken()
    {
        QuorumConnection connection = Connect();
        for (uint i = 0; i < 5; i++)
        {
            _peer.SendEvent(RawService.NodeList(i, 1));
        }

        connection.Dispatch(DispatchFlags.One);
        using Socket poll = new(new SafeSocketHandle(connection.PollHandle.DangerousGetHandle(), ownsHandle: false));
        for (int left = 4; left > 0; left--)
        {
            Assert.That(poll.Poll(0, SelectMode.SelectRead), $"{left} are left");
            connection.Dispatch(DispatchFlags.One);
        }

        Assert.That(poll.Poll(0, SelectMode.SelectRead), Is.False);
        _peer.Die();
        Assert.That(poll.Poll(RawService.Bound, SelectMode.SelectRead));
    }

    [Test]
    public void Callbacks_allocate_nothing([Values] QuorumModel model)
    {
        int called = 0;
        (_connection, _peer) = RawService.Connect(new()
        {
            Model = model,
            Callbacks = new() { NodeListChanged = (_, n) => called += n.Members.Length, QuorumChanged = (_, n) => called += n.Members.Length },
            CallbacksV0 = new() { QuorumChanged = (_, n) => called += n.Members.Length },
        });
        byte[][] events = model == QuorumModel.V1 ? [RawService.NodeList(1, 1, 2, 3), RawService.Quorum(true, 1, 1, 2, 3)] : [RawService.V0(true, 1, 1, 2, 3)];
        long allocated = 0;
        for (int round = 0; round < 50; round++)
        {
            for (int i = 0; i < 100; i++)
            {
                _peer.SendEvent(events[i % events.Length]);
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 50; i++)
            {
                _connection.Dispatch(DispatchFlags.One);
            }

            _connection.Dispatch(DispatchFlags.All);
            // The first rounds compile and fill pools.
            allocated += round < 25 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.That(called, Is.EqualTo(50 * 100 * 3));
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void Callbacks_of_the_other_model_are_refused([Values] QuorumModel model)
    {
        using RawDaemon daemon = new();
        QuorumConnectionOptions options = new() { Model = model, Endpoint = QuorumEndpoint.Abstract(daemon.Name) };
        options = model == QuorumModel.V0 ? options with { Callbacks = new() } : options with { CallbacksV0 = new() };
        Assert.Throws<ArgumentException>(() => QuorumConnection.Connect(options));
        Assert.That(daemon.HasClient, Is.False);
        (_connection, _peer) = RawService.Connect();
    }

    private static Task<int> Start(Func<int> dispatch) =>
        Task.Factory.StartNew(dispatch, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private QuorumConnection Connect()
    {
        (_connection, _peer) = RawService.Connect(new()
        {
            Callbacks = new()
            {
                QuorumChanged = (c, n) => Record(c, $"Q {n.Quorate} {n.RingId} {string.Join(',', n.Members.ToArray())}"),
                NodeListChanged = (c, n) => Record(c, $"NL {n.RingId} {string.Join(',', n.Members.ToArray())}"),
            },
        });
        return _connection;
    }

    private void Record(QuorumConnection connection, string call)
    {
        _calls.Add(call);
        _inCallback(connection);
    }
}
