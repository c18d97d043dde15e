using System.Diagnostics;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>What a connection promises, against the real daemon: on both transports, at an abstract address and at a path.</summary>
[TestFixture(ClusterIpc.SharedMemory, false, WaitStrategy.Adaptive)]
[TestFixture(ClusterIpc.SharedMemory, true, WaitStrategy.Adaptive)]
[TestFixture(ClusterIpc.Socket, false, WaitStrategy.Adaptive)]
[TestFixture(ClusterIpc.Socket, true, WaitStrategy.Adaptive)]
[TestFixture(ClusterIpc.SharedMemory, false, WaitStrategy.Polling)]
[TestFixture(ClusterIpc.Socket, false, WaitStrategy.Polling)]
public sealed class TransportContractTests(ClusterIpc ipc, bool path, WaitStrategy strategy) : CorosyncFixture
{
    private CorosyncCluster _cluster = null!;

    private CorosyncNode Node => _cluster.Node(1);

    private QuorumConnectionOptions Options => new()
    {
        Endpoint = path ? QuorumEndpoint.Path(Node.Root + "/tmp/quorum") : QuorumEndpoint.Abstract("quorum"),
        WaitStrategy = strategy,
    };

    [OneTimeSetUp]
    public async Task StartCluster() => _cluster = await CorosyncCluster.StartAsync(new() { Ipc = ipc, FileSystemSockets = path, QuorumDevice = true });

    [OneTimeTearDown]
    public async Task StopCluster()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    [Test]
    public void Connect_tells_the_daemon_and_its_transport()
    {
        using QuorumConnection connection = Connect();
        Assert.Multiple(() =>
        {
            Assert.That(connection.ConnectionType, Is.EqualTo(ipc == ClusterIpc.Socket ? IpcConnectionType.Socket : IpcConnectionType.SharedMemory));
            Assert.That(connection.Address.IsPath, Is.EqualTo(path));
            Assert.That(connection.Daemon.ProcessId, Is.EqualTo(Node.Pid));
            Assert.That(connection.QuorumType, Is.EqualTo(QuorumType.Set));
        });
    }

    [Test]
    public async Task Quorum_that_flips_is_answered_and_notified_each_time()
    {
        Assume.That(path, Is.False, "the flipper's libvotequorum knows abstract addresses only");
        using QuorumFlipper flipper = QuorumFlipper.ConnectTo(Node);
        using QuorumConnection connection = Connect();
        bool now = connection.GetQuorate();
        connection.TrackStart(TrackFlags.Changes);
        await using IAsyncEnumerator<QuorumNotification> notifications = connection.ReadNotificationsAsync().GetAsyncEnumerator();
        Assert.That(await NextAsync(notifications), Is.InstanceOf<NodeListChanged>());
        Assert.That(((QuorumChanged)await NextAsync(notifications)).Quorate, Is.EqualTo(now));
        for (int i = 0; i < 50; i++)
        {
            now = !now;
            flipper.Flip(now);
            Assert.That(((QuorumChanged)await NextAsync(notifications)).Quorate, Is.EqualTo(now));
            Assert.That(connection.GetQuorate(), Is.EqualTo(now));
            Assert.That(await connection.GetQuorateAsync(), Is.EqualTo(now));
        }
    }

    [Test]
    public async Task Tracking_gives_the_present_state_first()
    {
        using QuorumConnection connection = Connect();
        await connection.TrackStartAsync(TrackFlags.Changes);
        await using IAsyncEnumerator<QuorumNotification> notifications = connection.ReadNotificationsAsync().GetAsyncEnumerator();
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

        Assert.That(
            () => LeakCheck.Take([Node.Pid]).Since(before).Where(line => line.Contains("socket:", StringComparison.Ordinal) || line.Contains("qb-", StringComparison.Ordinal)),
            Is.Empty.After(5000, 50));
    }

    [Test]
    public async Task Death_of_the_daemon_is_seen_at_once_by_every_kind_of_wait()
    {
        using QuorumConnection asking = Connect();
        using QuorumConnection listening = Connect();
        using QuorumConnection polled = Connect();
        Task reading = Task.Run(async () =>
        {
            await foreach (QuorumNotification _ in listening.ReadNotificationsAsync())
            {
                // None: tracking is off.
            }
        });
        await _cluster.PauseAsync(1);
        Task<bool> request = OnThread(asking.GetQuorate);
        Task<bool> requestAsync = polled.GetQuorateAsync().AsTask();
        Assert.That(reading.IsCompleted, Is.False);
        long start = Stopwatch.GetTimestamp();
        Task killing = _cluster.KillAsync(1);
        foreach (Task waiting in (Task[])[request, requestAsync, reading])
        {
            QuorumConnectionClosedException e = Assert.ThrowsAsync<QuorumConnectionClosedException>(() => waiting.WaitAsync(Patience))!;
            Assert.That(e.Error, Is.EqualTo(CorosyncError.Library));
            Assert.That(e.Errno, Is.EqualTo(Errno.ENOTCONN));
        }

        // Not after libquorum's two seconds.
        Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(TimeSpan.FromSeconds(1)));
        await killing;
        await _cluster.StartNodeAsync(1);
        using QuorumConnection again = Connect();
        Assert.That(() => again.GetQuorate(), Throws.Nothing);
    }

    private static Task<bool> OnThread(Func<bool> function) =>
        Task.Factory.StartNew(function, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static async Task<QuorumNotification> NextAsync(IAsyncEnumerator<QuorumNotification> notifications)
    {
        Assert.That(await notifications.MoveNextAsync().AsTask().WaitAsync(Patience));
        return notifications.Current;
    }

    // The datagram sockets' abstract addresses belong to the node's network namespace, also where the setup socket is a path.
    private QuorumConnection Connect() => Node.Network.Run(() => QuorumConnection.Connect(Options));
}
