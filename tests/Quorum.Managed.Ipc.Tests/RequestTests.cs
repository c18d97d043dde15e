using System.Diagnostics;
using System.Globalization;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

// The contract of both transports.
[TestFixture(IpcConnectionType.SharedMemory, WaitStrategy.Adaptive)]
[TestFixture(IpcConnectionType.SharedMemory, WaitStrategy.Blocking)]
[TestFixture(IpcConnectionType.SharedMemory, WaitStrategy.Polling)]
[TestFixture(IpcConnectionType.Socket, WaitStrategy.Adaptive)]
[TestFixture(IpcConnectionType.Socket, WaitStrategy.Blocking)]
[TestFixture(IpcConnectionType.Socket, WaitStrategy.Polling)]
public class RequestTests : RawDaemonFixture
{
    private static readonly byte[] Ask = RawPeer.Response(0, 16, 0);
    private readonly WaitStrategy _strategy;
    private IpcConnection _connection = null!;
    private RawPeer _peer = null!;

    public RequestTests(IpcConnectionType transport, WaitStrategy strategy)
        : base(transport) => _strategy = strategy;

    [SetUp]
    public void ConnectOne() => (_connection, _peer) = Connect(Options with { WaitStrategy = _strategy });

    [TearDown]
    public void CloseBoth()
    {
        _connection.Dispose();
        _peer.Dispose();
    }

    [Test]
    public async Task Request_returns_the_response([Values] bool async)
    {
        for (int i = 0; i < 100; i++)
        {
            Task<int> asking = Start(async, Long, out byte[] response);
            Assert.That(_peer.ReadRequest(), Is.EqualTo(Ask));
            _peer.Respond(RawPeer.QuorateResponse(i % 2 == 1));
            Assert.That(await asking.WaitAsync(Long), Is.EqualTo(32));
            Assert.That(response.AsSpan(0, 32).ToArray(), Is.EqualTo(RawPeer.QuorateResponse(i % 2 == 1)));
        }
    }

    [Test]
    public void A_call_that_waits_sleeps()
    {
        TimeSpan time = TimeSpan.FromSeconds(1);
        TimeSpan before = ProcessorTime();
        Assert.Throws<IpcException>(() => _connection.Request(Ask, new byte[64], time));
        // Polling for the rest of each millisecond instead would take a fifth.
        Assert.That(ProcessorTime() - before, Is.LessThan(time / 10));
    }

    [Test]
    public async Task Requests_of_many_callers_are_never_two_in_flight()
    {
        const int Callers = 8;
        const int Each = 50;
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            byte[] response = new byte[64];
            for (int i = 0; i < Each; i++)
            {
                _ = caller % 2 == 0
                    ? _connection.Request(Ask, response, Long)
                    : await _connection.RequestAsync(Ask, response, Long);
            }
        }))];
        for (int i = 0; i < Callers * Each; i++)
        {
            _ = _peer.ReadRequest();
            Assert.That(_peer.HasRequest, Is.False, "a second request was sent");
            _peer.Respond(RawPeer.QuorateResponse(true));
        }

        await Task.WhenAll(callers).WaitAsync(Long);
    }

    [Test]
    public async Task Late_response_to_a_request_that_timed_out_is_not_taken_for_the_next([Values] bool async)
    {
        IpcException e = Assert.ThrowsAsync<IpcException>(() => Start(async, TimeSpan.FromMilliseconds(50), out _))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.ETIMEDOUT));
        Task<int> second = Start(async, Long, out byte[] response);
        _ = _peer.ReadRequest();
        Assert.That(_peer.IsSilent(TimeSpan.FromMilliseconds(50)), "a second request was sent on top of the first");
        _peer.Respond(RawPeer.QuorateResponse(true));
        _ = _peer.ReadRequest();
        _peer.Respond(RawPeer.QuorateResponse(false));
        Assert.That(await second.WaitAsync(Long), Is.EqualTo(32));
        Assert.That(response[24], Is.Zero, "the stale yes was taken for the answer");
    }

    [Test]
    public async Task Late_response_to_a_cancelled_request_is_not_taken_for_the_next()
    {
        using CancellationTokenSource cancel = new();
        byte[] response = new byte[64];
        Task<int> first = _connection.RequestAsync(Ask, response, Long, cancel.Token).AsTask();
        _ = _peer.ReadRequest();
        await cancel.CancelAsync();
        Assert.That(async () => await first.WaitAsync(Long), Throws.InstanceOf<OperationCanceledException>());
        Task<int> second = Start(true, Long, out response);
        _peer.Respond(RawPeer.QuorateResponse(true));
        _ = _peer.ReadRequest();
        _peer.Respond(RawPeer.QuorateResponse(false));
        await second.WaitAsync(Long);
        Assert.That(response[24], Is.Zero);
    }

    [Test]
    public void Request_in_flight_when_the_daemon_dies_fails_at_once([Values] bool async)
    {
        Task<int> asking = Start(async, Timeout.InfiniteTimeSpan, out _);
        _ = _peer.ReadRequest();
        _peer.Die();
        IpcClosedException e = Assert.ThrowsAsync<IpcClosedException>(() => asking.WaitAsync(Long))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.ENOTCONN));
        IpcClosedException later = Assert.ThrowsAsync<IpcClosedException>(() => Start(async, Long, out _))!;
        Assert.That(later.InnerException, Is.SameAs(e), "the first reason is kept");
    }

    [Test]
    public void Request_in_flight_sees_the_daemons_death_behind_unread_doorbells()
    {
        Task<int> asking = Start(false, Timeout.InfiniteTimeSpan, out _);
        _ = _peer.ReadRequest();
        Assert.That(_peer.SendEvent(new byte[60]));
        _peer.Die();
        Assert.ThrowsAsync<IpcClosedException>(() => asking.WaitAsync(Long));
    }

    [Test]
    public void Dispose_ends_a_request_in_flight([Values] bool async)
    {
        Task<int> asking = Start(async, Timeout.InfiniteTimeSpan, out _);
        _ = _peer.ReadRequest();
        _connection.Dispose();
        Assert.ThrowsAsync<ObjectDisposedException>(() => asking.WaitAsync(Long));
        Assert.That(_peer.WaitClosed());
        if (IsSharedMemory)
        {
            Assert.That(_peer.ResponseRing.ReferenceCount, Is.EqualTo(1));
        }
    }

    [TestCase("magic")]
    [TestCase("size")]
    [TestCase("longer than asked for")]
    public void Response_that_is_no_chunk_closes_the_connection(string fault)
    {
        Task<int> asking = Start(false, Long, out _);
        _ = _peer.ReadRequest();
        byte[] response = fault == "longer than asked for" ? new byte[65] : new byte[32];
        if (!IsSharedMemory)
        {
            Assume.That(fault, Is.EqualTo("longer than asked for"), "there are no chunks in a datagram");
            _peer.Respond(response);
        }
        else
        {
            _peer.ResponseRing.Write(response, fault == "size" ? 0xFFFFFFFF : null, fault == "magic" ? 0xDEADBEEF : RawRing.Committed);
        }

        IpcClosedException e = Assert.ThrowsAsync<IpcClosedException>(() => asking.WaitAsync(Long))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.EBADMSG));
        Assert.That(_peer.WaitClosed(), "the daemon is told");
    }

    [Test]
    public async Task Request_waits_while_flow_control_is_on_and_writes_nothing([Values] bool async, [Values(1, 2)] int state)
    {
        _peer.FlowControl = state;
        Task<int> asking = Start(async, Long, out _);
        Assert.That(_peer.IsSilent(TimeSpan.FromMilliseconds(30)));
        Assert.That(_peer.HasRequest, Is.False);
        _peer.FlowControl = 0;
        _ = _peer.ReadRequest();
        _peer.Respond(RawPeer.QuorateResponse(true));
        Assert.That(await asking.WaitAsync(Long), Is.EqualTo(32));
    }

    [Test]
    public void Request_times_out_while_flow_control_stays_on([Values] bool async)
    {
        _peer.FlowControl = 1;
        IpcException e = Assert.ThrowsAsync<IpcException>(() => Start(async, TimeSpan.FromMilliseconds(50), out _))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.ETIMEDOUT));
        Assert.That(_peer.HasRequest, Is.False);
    }

    [Test]
    public async Task Request_larger_than_granted_is_refused_here_and_the_connection_stays_usable([Values] bool async)
    {
        byte[] large = new byte[65537];
        byte[] response = new byte[64];
        IpcException e = async
            ? Assert.ThrowsAsync<IpcException>(async () => await _connection.RequestAsync(large, response, Long))!
            : Assert.Throws<IpcException>(() => _connection.Request(large, response, Long))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.EMSGSIZE));
        Assert.That(_peer.HasRequest, Is.False);
        Task<int> next = Start(async, Long, out _);
        Assert.That(_peer.ReadRequest(), Is.EqualTo(Ask));
        _peer.Respond(RawPeer.QuorateResponse(true));
        Assert.That(await next.WaitAsync(Long), Is.EqualTo(32));
    }

    [TestCase(16)]
    [TestCase(17)]
    [TestCase(12328)]
    [TestCase(32768)]
    public async Task Messages_of_any_size_arrive_whole(int size)
    {
        byte[] request = new byte[size];
        new Random(size).NextBytes(request);
        byte[] response = new byte[size + 1];
        Task<int> asking = _connection.RequestAsync(request, response, Long).AsTask();
        Assert.That(_peer.ReadRequest(), Is.EqualTo(request));
        _peer.Respond(request);
        Assert.That(await asking.WaitAsync(Long), Is.EqualTo(size));
        Assert.That(response.AsSpan(0, size).ToArray(), Is.EqualTo(request));
    }

    [Test]
    public async Task Dispose_races_with_requests_without_touching_memory_that_is_gone()
    {
        // What would go wrong here ends the process with SIGSEGV.
        for (int round = 0; round < 100; round++)
        {
            (IpcConnection connection, RawPeer peer) = Connect(Options with { WaitStrategy = _strategy });
            using (peer)
            {
                Task[] callers = [.. Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
                {
                    byte[] response = new byte[64];
                    try
                    {
                        while (true)
                        {
                            _ = i % 2 == 0 ? connection.Request(Ask, response, Long) : await connection.RequestAsync(Ask, response, Long);
                        }
                    }
                    catch (Exception e) when (e is ObjectDisposedException or IpcClosedException)
                    {
                        return;
                    }
                }))];
                for (int i = 0; i < round % 10; i++)
                {
                    _ = peer.ReadRequest();
                    peer.Respond(RawPeer.QuorateResponse(true));
                }

                connection.Dispose();
                await Task.WhenAll(callers).WaitAsync(Long);
            }
        }
    }

    // Of this thread.
    private static TimeSpan ProcessorTime() =>
        TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1000);

    private Task<int> Start(bool async, TimeSpan timeout, out byte[] response)
    {
        byte[] buffer = response = new byte[64];
        return async
            ? _connection.RequestAsync(Ask, buffer, timeout).AsTask()
            : Task.Factory.StartNew(() => _connection.Request(Ask, buffer, timeout), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }
}
