using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// What a connection promises holds with the real daemon on both transports, at an abstract address and at a path.
/// </summary>
[TestFixture(ClusterIpc.SharedMemory, false, WaitStrategy.Adaptive)]
[TestFixture(ClusterIpc.SharedMemory, true, WaitStrategy.Adaptive)]
[TestFixture(ClusterIpc.Socket, false, WaitStrategy.Adaptive)]
[TestFixture(ClusterIpc.Socket, true, WaitStrategy.Adaptive)]
[TestFixture(ClusterIpc.SharedMemory, false, WaitStrategy.Polling)]
[TestFixture(ClusterIpc.Socket, false, WaitStrategy.Polling)]
public sealed class TransportContractTests(ClusterIpc ipc, bool path, WaitStrategy strategy)
    : TransportFixture(ipc, path, strategy)
{
    [Test]
    public void Connect_tells_the_daemon_and_its_transport()
    {
        using QuorumConnection connection = Connect();
        Assert.Multiple(() =>
        {
            Assert.That(
                connection.ConnectionType,
                Is.EqualTo(Ipc == ClusterIpc.Socket ? IpcConnectionType.Socket : IpcConnectionType.SharedMemory));
            Assert.That(connection.Address.IsPath, Is.EqualTo(IsPath));
            Assert.That(connection.Daemon.ProcessId, Is.EqualTo(Node.Pid));
            Assert.That(connection.QuorumType, Is.EqualTo(QuorumType.Set));
        });
    }

    [Test]
    public async Task Tracking_gives_the_present_state_first()
    {
        using QuorumConnection connection = Connect();
        await connection.TrackStartAsync(TrackFlags.Changes);
        await using IAsyncEnumerator<QuorumNotification> notifications =
            connection.ReadNotificationsAsync().GetAsyncEnumerator();
        NodeListChanged nodes = (NodeListChanged)await NextAsync(notifications);
        Assert.That(nodes.Members, Is.EqualTo(new[] { new NodeId(1) }));
        QuorumChanged quorum = (QuorumChanged)await NextAsync(notifications);
        Assert.That(quorum.RingId, Is.EqualTo(nodes.RingId));
        Assert.That(quorum.Quorate, Is.EqualTo(connection.GetQuorate()));
        await connection.TrackStopAsync();
    }

    [Test]
    public void Many_requests_from_many_threads_are_all_answered()
    {
        using QuorumConnection connection = Connect();
        Task[] callers = [.. Enumerable.Range(0, 4).Select(caller => Task.Run(async () =>
        {
            for (int i = 0; i < 500; i++)
            {
                _ = connection.GetQuorate();
                _ = await connection.GetQuorateAsync();
            }
        }))];
        Assert.That(Task.WaitAll(callers, Patience));
    }

    [Test]
    public void Connecting_again_and_again_leaves_nothing()
    {
        Connect().Dispose();
        LeakCheck before = LeakCheck.Take([Node.Pid]);
        for (int i = 0; i < 100; i++)
        {
            using QuorumConnection connection = Connect();
            _ = connection.GetQuorate();
        }

        string[] kinds = ["socket:", "qb-"];
        Wait.Until(
            () => !LeakCheck.Take([Node.Pid]).Since(before)
                .Any(line => kinds.Any(kind => line.Contains(kind, StringComparison.Ordinal))),
            "the end of all sockets and files",
            Patience);
    }

    [Test]
    public async Task Death_of_the_daemon_ends_every_kind_of_wait()
    {
        using QuorumConnection asking = Connect();
        using QuorumConnection listening = Connect();
        using QuorumConnection polled = Connect();
        Task reading = Task.Run(async () =>
        {
            await foreach (QuorumNotification _ in listening.ReadNotificationsAsync())
            {
                // Tracking is off: there are none.
            }
        });
        await Cluster.PauseAsync(1);
        Task<bool> request = OwnThread.Run(asking.GetQuorate);
        Task<bool> requestAsync = polled.GetQuorateAsync().AsTask();
        Assert.That(reading.IsCompleted, Is.False);
        Task killing = Cluster.KillAsync(1);
        foreach (Task waiting in (Task[])[request, requestAsync, reading])
        {
            QuorumConnectionClosedException e =
                Assert.ThrowsAsync<QuorumConnectionClosedException>(() => waiting.WaitAsync(Patience))!;
            Assert.That(e.Error, Is.EqualTo(CorosyncError.Library));
            Assert.That(e.Errno, Is.EqualTo(Errno.ENOTCONN));
        }

        await killing;
        await Cluster.StartNodeAsync(1);
        using QuorumConnection again = Connect();
        Assert.That(() => again.GetQuorate(), Throws.Nothing);
    }
}
