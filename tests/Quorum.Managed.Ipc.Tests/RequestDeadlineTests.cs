using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

// One limit for all of a request: the wait for other callers, sending, and the response.
[TestFixture(IpcConnectionType.SharedMemory)]
[TestFixture(IpcConnectionType.Socket)]
public class RequestDeadlineTests(IpcConnectionType transport) : RequestFixture(transport, WaitStrategy.Adaptive)
{
    [Test]
    public void A_request_behind_a_caller_that_stays_fails_with_its_own_limit_in_the_message([Values] bool async)
    {
        Assert.That(Connection.Requests.Mutex.TryEnter());
        Task<int> asking = Start(async, TimeSpan.FromMilliseconds(20), out _);
        IpcException e = Assert.ThrowsAsync<IpcException>(() => Wait.ForAsync(asking))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.ETIMEDOUT));
        Assert.That(e.Message, Does.Contain("within 0.02 s"));
        Connection.Requests.Mutex.Exit();
        Assert.That(Peer.HasRequest, Is.False);
    }

    [Test]
    public void A_request_that_gets_its_turn_after_its_limit_sends_nothing([Values] bool async)
    {
        TimeSpan limit = TimeSpan.FromSeconds(7);
        byte[] response = new byte[64];
        // The default deadline is past.
        Task<int> asking = async
            ? CopyingRequest.StartAsync(Connection.Requests, Ask, response, default, limit, default).AsTask()
            : OwnThread.Run(() => Connection.Requests.Request(Ask, response, default(Deadline), limit));
        IpcException e = Assert.ThrowsAsync<IpcException>(() => Wait.ForAsync(asking))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.ETIMEDOUT));
        Assert.That(e.Message, Does.Contain("within 7 s"));
        Assert.That(Peer.HasRequest, Is.False);
        Assert.That(Connection.Requests.Mutex.TryEnter(), "the mutex is free again");
        Connection.Requests.Mutex.Exit();
    }

    [Test]
    public void The_message_never_says_within_0_s([Values] bool async)
    {
        Task<int> asking = Start(async, TimeSpan.FromMicroseconds(100), out _);
        IpcException e = Assert.ThrowsAsync<IpcException>(() => Wait.ForAsync(asking))!;
        Assert.That(e.Message, Does.Contain("within 0.0001 s"));
    }

    [Test]
    public void Connect_ends_at_a_deadline_that_comes_before_its_timeout()
    {
        using RawDaemon silent = new();
        IpcConnectionOptions options =
            Options with { Addresses = [IpcAddress.Abstract(silent.Name)], ConnectTimeout = TimeSpan.FromSeconds(7) };
        IpcException e = Assert.Throws<IpcException>(() => IpcConnection.Connect(options, default))!;
        Assert.That(e.Message, Does.Contain("within 7 s"));
        e = Assert.ThrowsAsync<IpcException>(() => IpcConnection.ConnectAsync(options, default, default).AsTask())!;
        Assert.That(e.Message, Does.Contain("within 7 s"));
    }
}
