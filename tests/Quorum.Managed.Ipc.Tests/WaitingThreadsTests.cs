using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

/// <summary>
/// Asynchronous calls whose response takes long: a thread sleeps for them, as for a synchronous call, and there are a
/// few such threads for any number of calls.
/// </summary>
[NonParallelizable]
public sealed class WaitingThreadsTests
{
    private const int Connections = 3 * WaitingThreads.Most;
    private static readonly byte[] Ask = RawPeer.Request(0);

    private readonly List<(RawDaemon Daemon, IpcConnection Connection, RawPeer Peer)> _all = [];

    [TearDown]
    public void CloseAll()
    {
        foreach ((RawDaemon daemon, IpcConnection connection, RawPeer peer) in _all)
        {
            connection.Dispose();
            peer.Dispose();
            daemon.Dispose();
        }

        _all.Clear();
    }

    // The timers that look at intervals register no waiter.
    [Test]
    public async Task A_call_without_a_response_is_registered_at_the_semaphore_until_it_comes()
    {
        Connect(IpcConnectionType.SharedMemory, 1);
        (_, IpcConnection connection, RawPeer peer) = _all[0];
        byte[] response = new byte[64];
        for (int i = 0; i < 50; i++)
        {
            Task<int> asking = connection.RequestAsync(Ask, response, Wait.Bound).AsTask();
            _ = peer.ReadRequest();
            await Wait.UntilAsync(static () => CountThreads() > 0, "a waiting thread");
            await Wait.UntilAsync(() => peer.ResponseRing.SemaphoreWaiters == 1, "a registered waiter");
            peer.Respond(RawPeer.QuorateResponse(true));
            Assert.That(await Wait.ForAsync(asking), Is.EqualTo(32));
        }

        Assert.That(peer.ResponseRing.SemaphoreWaiters, Is.Zero);
        Assert.That(peer.ResponseRing.SemaphoreValue, Is.Zero);
    }

    [Test]
    public async Task Many_calls_at_once_share_a_few_threads_that_end_after_them(
        [Values(IpcConnectionType.SharedMemory, IpcConnectionType.Socket)] IpcConnectionType transport)
    {
        Connect(transport, Connections);
        for (int i = 0; i < 3; i++)
        {
            Task<int>[] asking = [.. _all.Select(static one =>
                one.Connection.RequestAsync(Ask, new byte[64], Wait.Bound).AsTask())];
            _all.ForEach(static one => _ = one.Peer.ReadRequest());
            await Wait.UntilAsync(static () => CountThreads() == WaitingThreads.Most, "all waiting threads");
            Assert.That(asking.Any(static one => one.IsCompleted), Is.False);
            _all.ForEach(static one => one.Peer.Respond(RawPeer.QuorateResponse(true)));
            await Wait.ForAsync(Task.WhenAll(asking));
            Assert.That(CountThreads(), Is.LessThanOrEqualTo(WaitingThreads.Most));
        }

        await Wait.UntilAsync(static () => CountThreads() == 0, "the end of all waiting threads");
    }

    [Test]
    public async Task Dispose_and_the_daemons_death_end_calls_on_waiting_threads(
        [Values(IpcConnectionType.SharedMemory, IpcConnectionType.Socket)] IpcConnectionType transport,
        [Values] bool death)
    {
        for (int round = 0; round < 20; round++)
        {
            Connect(transport, WaitingThreads.Most);
            Task<int>[] asking = [.. _all.Select(static one =>
                one.Connection.RequestAsync(Ask, new byte[64], Timeout.InfiniteTimeSpan).AsTask())];
            await Wait.UntilAsync(static () => CountThreads() > 0, "a waiting thread");
            _all.ForEach(one => (death ? (Action)one.Peer.Die : one.Connection.Dispose)());
            foreach (Task<int> one in asking)
            {
                Exception e = Assert.CatchAsync(() => Wait.ForAsync(one))!;
                Assert.That(e, death ? Is.InstanceOf<IpcClosedException>() : Is.InstanceOf<ObjectDisposedException>());
            }

            CloseAll();
        }
    }

    private static int CountThreads() => Directory.GetDirectories("/proc/self/task").Count(static task =>
    {
        try
        {
            return File.ReadAllText(task + "/comm").Trim() == WaitingThreads.Name;
        }
        catch (IOException)
        {
            // The thread has ended.
            return false;
        }
    });

    private void Connect(IpcConnectionType transport, int count)
    {
        for (int i = 0; i < count; i++)
        {
            RawDaemon daemon = new();
            IpcConnectionOptions options = new() { Addresses = [IpcAddress.Abstract(daemon.Name)] };
            (IpcConnection connection, RawPeer peer) = daemon.Connect(
                () => IpcConnection.Connect(options),
                peer => _ = transport == IpcConnectionType.Socket ? peer.AcceptSocket() : peer.AcceptSharedMemory());
            _all.Add((daemon, connection, peer));
        }
    }
}
