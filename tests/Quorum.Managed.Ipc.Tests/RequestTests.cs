using System.Globalization;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

// The contract of both transports.
[TestFixture(IpcConnectionType.SharedMemory, WaitStrategy.Adaptive)]
[TestFixture(IpcConnectionType.SharedMemory, WaitStrategy.Blocking)]
[TestFixture(IpcConnectionType.SharedMemory, WaitStrategy.Polling)]
[TestFixture(IpcConnectionType.Socket, WaitStrategy.Adaptive)]
[TestFixture(IpcConnectionType.Socket, WaitStrategy.Blocking)]
[TestFixture(IpcConnectionType.Socket, WaitStrategy.Polling)]
public class RequestTests(IpcConnectionType transport, WaitStrategy strategy) : RequestFixture(transport, strategy)
{
    [Test]
    public async Task Request_returns_the_response([Values] bool async)
    {
        for (int i = 0; i < 100; i++)
        {
            Task<int> asking = Start(async, Long, out byte[] response);
            Assert.That(Peer.ReadRequest(), Is.EqualTo(Ask));
            Peer.Respond(RawPeer.QuorateResponse(i % 2 == 1));
            Assert.That(await Wait.ForAsync(asking), Is.EqualTo(32));
            Assert.That(response[..32], Is.EqualTo(RawPeer.QuorateResponse(i % 2 == 1)));
        }
    }

    // The processor time of this thread, which a busy machine does not lengthen.
    [Test]
    public void Request_that_waits_sleeps()
    {
        TimeSpan time = TimeSpan.FromSeconds(1);
        TimeSpan before = ProcessorTime();
        Assert.Throws<IpcException>(() => Connection.Request(Ask, new byte[64], time));
        // A wait that polls through the rest of each millisecond takes a fifth.
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
                    ? Connection.Request(Ask, response, Long)
                    : await Connection.RequestAsync(Ask, response, Long);
            }
        }))];
        for (int i = 0; i < Callers * Each; i++)
        {
            _ = Peer.ReadRequest();
            Assert.That(Peer.HasRequest, Is.False, "a second request was sent before the first was answered");
            Peer.Respond(RawPeer.QuorateResponse(true));
        }

        await Wait.ForAsync(Task.WhenAll(callers));
    }

    [Test]
    public async Task Late_response_to_a_request_that_timed_out_is_not_taken_for_the_next([Values] bool async)
    {
        IpcException e = Assert.ThrowsAsync<IpcException>(() => Start(async, TimeSpan.FromMilliseconds(50), out _))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.ETIMEDOUT));
        _ = Peer.ReadRequest();
        Task<int> second = StartUntilItWaits(async, Long, out byte[] response);
        Assert.That(Peer.HasRequest, Is.False, "the second request was sent before the first was answered");
        Peer.Respond(RawPeer.QuorateResponse(true));
        _ = Peer.ReadRequest();
        Peer.Respond(RawPeer.QuorateResponse(false));
        Assert.That(await Wait.ForAsync(second), Is.EqualTo(32));
        Assert.That(response[24], Is.Zero, "the response to the first request was returned for the second");
    }

    [Test]
    public async Task Late_response_to_a_cancelled_request_is_not_taken_for_the_next()
    {
        using CancellationTokenSource cancel = new();
        byte[] response = new byte[64];
        Task<int> first = Connection.RequestAsync(Ask, response, Long, cancel.Token).AsTask();
        _ = Peer.ReadRequest();
        await cancel.CancelAsync();
        Assert.That(() => Wait.ForAsync(first), Throws.InstanceOf<OperationCanceledException>());
        Task<int> second = Start(true, Long, out response);
        Peer.Respond(RawPeer.QuorateResponse(true));
        _ = Peer.ReadRequest();
        Peer.Respond(RawPeer.QuorateResponse(false));
        await Wait.ForAsync(second);
        Assert.That(response[24], Is.Zero);
    }

    [Test]
    public void Request_in_flight_when_the_daemon_dies_fails_at_once([Values] bool async)
    {
        Task<int> asking = Start(async, Timeout.InfiniteTimeSpan, out _);
        _ = Peer.ReadRequest();
        Peer.Die();
        IpcClosedException e = Assert.ThrowsAsync<IpcClosedException>(() => Wait.ForAsync(asking))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.ENOTCONN));
        IpcClosedException later = Assert.ThrowsAsync<IpcClosedException>(() => Start(async, Long, out _))!;
        Assert.That(later.InnerException, Is.SameAs(e), "the first reason is kept");
    }

    [Test]
    public void Request_in_flight_sees_the_daemons_death_behind_unread_doorbells()
    {
        Task<int> asking = Start(false, Timeout.InfiniteTimeSpan, out _);
        _ = Peer.ReadRequest();
        Assert.That(Peer.SendEvent(new byte[60]));
        Peer.Die();
        Assert.ThrowsAsync<IpcClosedException>(() => Wait.ForAsync(asking));
    }

    [Test]
    public void Dispose_ends_a_request_in_flight_and_closes_the_connection([Values] bool async)
    {
        Task<int> asking = Start(async, Timeout.InfiniteTimeSpan, out _);
        _ = Peer.ReadRequest();
        Connection.Dispose();
        Assert.ThrowsAsync<ObjectDisposedException>(() => Wait.ForAsync(asking));
        Peer.WaitClosed();
    }

    [Test]
    public void Response_longer_than_its_buffer_closes_the_connection()
    {
        Task<int> asking = Start(false, Long, out byte[] response);
        _ = Peer.ReadRequest();
        Peer.Respond(new byte[response.Length + 1]);
        IpcClosedException e = Assert.ThrowsAsync<IpcClosedException>(() => Wait.ForAsync(asking))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.EBADMSG));
        Peer.WaitClosed();
    }

    [Test]
    public async Task Request_waits_while_flow_control_is_on_and_writes_nothing(
        [Values] bool async, [Values(1, 2)] int state)
    {
        Peer.FlowControl = state;
        Task<int> asking = StartUntilItWaits(async, Long, out _);
        Assert.That(Peer.HasRequest, Is.False);
        Peer.FlowControl = 0;
        _ = Peer.ReadRequest();
        Peer.Respond(RawPeer.QuorateResponse(true));
        Assert.That(await Wait.ForAsync(asking), Is.EqualTo(32));
    }

    [Test]
    public void Request_times_out_while_flow_control_stays_on([Values] bool async)
    {
        Peer.FlowControl = 1;
        IpcException e = Assert.ThrowsAsync<IpcException>(() => Start(async, TimeSpan.FromMilliseconds(50), out _))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.ETIMEDOUT));
        Assert.That(Peer.HasRequest, Is.False);
    }

    [Test]
    public async Task Request_larger_than_granted_is_refused_here_and_the_connection_stays_usable([Values] bool async)
    {
        byte[] large = new byte[65537];
        byte[] response = new byte[64];
        IpcException e = async
            ? Assert.ThrowsAsync<IpcException>(async () => await Connection.RequestAsync(large, response, Long))!
            : Assert.Throws<IpcException>(() => Connection.Request(large, response, Long))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.EMSGSIZE));
        Assert.That(Peer.HasRequest, Is.False);
        Task<int> next = Start(async, Long, out _);
        Assert.That(Peer.ReadRequest(), Is.EqualTo(Ask));
        Peer.Respond(RawPeer.QuorateResponse(true));
        Assert.That(await Wait.ForAsync(next), Is.EqualTo(32));
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
        Task<int> asking = Connection.RequestAsync(request, response, Long).AsTask();
        Assert.That(Peer.ReadRequest(), Is.EqualTo(request));
        Peer.Respond(request);
        Assert.That(await Wait.ForAsync(asking), Is.EqualTo(size));
        Assert.That(response[..size], Is.EqualTo(request));
    }

    // An access to memory that was unmapped would end the process with SIGSEGV.
    [Test]
    public async Task Dispose_races_with_requests_without_touching_memory_that_is_gone()
    {
        for (int round = 0; round < 100; round++)
        {
            (IpcConnection connection, RawPeer peer) = ConnectAnother();
            using (peer)
            {
                Task[] callers = [.. Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
                {
                    byte[] response = new byte[64];
                    try
                    {
                        while (true)
                        {
                            _ = i % 2 == 0
                                ? connection.Request(Ask, response, Long)
                                : await connection.RequestAsync(Ask, response, Long);
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
                await Wait.ForAsync(Task.WhenAll(callers));
            }
        }
    }

    private static TimeSpan ProcessorTime()
    {
        string nanoseconds = File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0];
        return TimeSpan.FromMicroseconds(long.Parse(nanoseconds, CultureInfo.InvariantCulture) / 1000);
    }
}
