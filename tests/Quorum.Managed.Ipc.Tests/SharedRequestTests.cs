using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

public class SharedRequestTests : RawDaemonFixture
{
    private static readonly byte[] Ask = RawPeer.Response(0, 16, 0);
    private IpcConnection _connection = null!;
    private IpcSharedRequest _shared = null!;
    private RawPeer _peer = null!;
    private long _served;

    [SetUp]
    public void ConnectOne()
    {
        (_connection, _peer) = Connect();
        _shared = new IpcSharedRequest(_connection, Ask, 64);
        _served = 0;
    }

    [TearDown]
    public void CloseBoth()
    {
        _connection.Dispose();
        _peer.Dispose();
    }

    [Test]
    public async Task Answers_are_never_older_than_their_calls_and_shared_by_many([Values("sync", "async", "mixed")] string kind)
    {
        const int Callers = 8;
        const int Each = 400;
        Task serving = Serve();
        long[] stale = new long[Callers];
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(caller => Task.Factory.StartNew(
            () =>
            {
                byte[] response = new byte[64];
                for (int i = 0; i < Each; i++)
                {
                    long before = Volatile.Read(ref _served);
                    int length = kind == "sync" || (kind == "mixed" && caller % 2 == 0)
                        ? _shared.Request(response, Long)
                        : _shared.RequestAsync(response, Long).AsTask().Result;
                    // The daemon numbers its answers from 1 as it takes the requests.
                    if (length != 32 || BitConverter.ToInt64(response, 24) <= before)
                    {
                        stale[caller]++;
                    }
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
        await Task.WhenAll(callers).WaitAsync(TimeSpan.FromSeconds(60));
        _connection.Dispose();
        await serving.WaitAsync(Long);
        Assert.That(stale, Is.All.Zero);
        Assert.That(_served, Is.LessThan(Callers * Each), "no round trip was shared");
        TestContext.Out.WriteLine($"{Callers * Each} answers by {_served} round trips");
    }

    [Test]
    public async Task Callers_that_come_while_a_request_is_in_flight_share_exactly_one_more()
    {
        Task<int> first = _shared.RequestAsync(new byte[64], Long).AsTask();
        _ = _peer.ReadRequest();
        Task<int>[] later = [.. Enumerable.Range(0, 10).Select(_ => _shared.RequestAsync(new byte[64], Long).AsTask())];
        _peer.Respond(RawPeer.QuorateResponse(true));
        Assert.That(await first.WaitAsync(Long), Is.EqualTo(32));
        _ = _peer.ReadRequest();
        _peer.Respond(RawPeer.QuorateResponse(false));
        Assert.That(await Task.WhenAll(later).WaitAsync(Long), Is.All.EqualTo(32));
        Assert.That(_peer.RequestRing.SemaphoreValue, Is.Zero);
    }

    [Test]
    public async Task Cancelled_caller_leaves_and_the_others_get_their_answer()
    {
        using CancellationTokenSource cancel = new();
        Task<int> first = _shared.RequestAsync(new byte[64], Long).AsTask();
        _ = _peer.ReadRequest();
        Task<int> cancelled = _shared.RequestAsync(new byte[64], Long, cancel.Token).AsTask();
        Task<int> other = _shared.RequestAsync(new byte[64], Long).AsTask();
        await cancel.CancelAsync();
        Assert.That(async () => await cancelled.WaitAsync(Long), Throws.InstanceOf<OperationCanceledException>());
        _peer.Respond(RawPeer.QuorateResponse(true));
        await first.WaitAsync(Long);
        _ = _peer.ReadRequest();
        _peer.Respond(RawPeer.QuorateResponse(true));
        Assert.That(await other.WaitAsync(Long), Is.EqualTo(32));
        // And it can be used on.
        Task<int> again = _shared.RequestAsync(new byte[64], Long).AsTask();
        _ = _peer.ReadRequest();
        _peer.Respond(RawPeer.QuorateResponse(true));
        Assert.That(await again.WaitAsync(Long), Is.EqualTo(32));
    }

    [Test]
    public async Task Callers_that_wait_when_the_daemon_dies_all_learn_it()
    {
        Task<int> first = _shared.RequestAsync(new byte[64], Long).AsTask();
        _ = _peer.ReadRequest();
        Task<int>[] later = [.. Enumerable.Range(0, 4).Select(i => i % 2 == 0
            ? _shared.RequestAsync(new byte[64], Long).AsTask()
            : Task.Factory.StartNew(() => _shared.Request(new byte[64], Long), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        _peer.Die();
        Assert.ThrowsAsync<IpcClosedException>(() => first.WaitAsync(Long));
        foreach (Task<int> task in later)
        {
            Assert.ThrowsAsync<IpcClosedException>(() => task.WaitAsync(Long));
        }

        await Task.CompletedTask;
    }

    [Test]
    public async Task Callers_that_wait_longer_than_their_limit_time_out_and_the_rest_goes_on()
    {
        Task<int> first = _shared.RequestAsync(new byte[64], Long).AsTask();
        _ = _peer.ReadRequest();
        Assert.That(
            Assert.Throws<IpcException>(() => _shared.Request(new byte[64], TimeSpan.FromMilliseconds(30)))!.Errno,
            Is.EqualTo(Errno.ETIMEDOUT));
        Task<int> other = _shared.RequestAsync(new byte[64], Long).AsTask();
        _peer.Respond(RawPeer.QuorateResponse(true));
        await first.WaitAsync(Long);
        _ = _peer.ReadRequest();
        _peer.Respond(RawPeer.QuorateResponse(true));
        Assert.That(await other.WaitAsync(Long), Is.EqualTo(32));
    }

    [Test]
    public async Task Next_request_goes_out_with_the_response_and_one_that_nobody_wants_any_more_is_dropped()
    {
        Task<int> first = _shared.RequestAsync(new byte[64], Long).AsTask();
        _ = _peer.ReadRequest();
        Task<int> leaving = Task.Factory.StartNew(
            () => _shared.Request(new byte[64], TimeSpan.FromMilliseconds(200)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Assert.That(() => _shared.HasNext, Is.True.After(10_000, 1));
        _peer.Respond(RawPeer.QuorateResponse(true));
        await first.WaitAsync(Long);
        _ = _peer.ReadRequest();
        Assert.That(Assert.ThrowsAsync<IpcException>(() => leaving.WaitAsync(Long))!.Errno, Is.EqualTo(Errno.ETIMEDOUT));
        _peer.Respond(RawPeer.Response(0, 40, 1));
        Task<int> later = _shared.RequestAsync(new byte[64], Long).AsTask();
        _ = _peer.ReadRequest();
        _peer.Respond(RawPeer.QuorateResponse(true));
        Assert.That(await later.WaitAsync(Long), Is.EqualTo(32), "the late response was for nobody");
    }

    [Test]
    public async Task Requests_of_another_kind_get_their_turn_beside_many_that_share()
    {
        const int Others = 50;
        Task serving = Serve();
        bool stop = false;
        Task[] sharing = [.. Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                byte[] response = new byte[64];
                while (!Volatile.Read(ref stop))
                {
                    _ = _shared.Request(response, Long);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
        Assert.That(() => Volatile.Read(ref _served), Is.GreaterThan(100).After(10_000, 1), "they share");
        byte[] own = new byte[64];
        TimeSpan slowest = TimeSpan.Zero;
        for (int i = 0; i < Others; i++)
        {
            long start = System.Diagnostics.Stopwatch.GetTimestamp();
            Assert.That(_connection.Request(Ask, own, Long), Is.EqualTo(32));
            TimeSpan took = System.Diagnostics.Stopwatch.GetElapsedTime(start);
            slowest = took > slowest ? took : slowest;
        }

        Volatile.Write(ref stop, true);
        await Task.WhenAll(sharing).WaitAsync(Long);
        _connection.Dispose();
        await serving.WaitAsync(Long);
        TestContext.Out.WriteLine($"{Others} requests beside {_served - Others} shared round trips, the slowest {slowest.TotalMilliseconds:F1} ms");
    }

    // Answers each request with its number.
    private Task Serve() => Task.Factory.StartNew(
        () =>
        {
            byte[] response = RawPeer.Response(0, 32, 1);
            try
            {
                while (true)
                {
                    _ = _peer.ReadRequest();
                    BitConverter.TryWriteBytes(response.AsSpan(24), _served + 1);
                    Volatile.Write(ref _served, _served + 1);
                    _peer.Respond(response);
                }
            }
            catch (Exception e) when (e is EndOfStreamException or System.Net.Sockets.SocketException or TimeoutException)
            {
                return;
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
