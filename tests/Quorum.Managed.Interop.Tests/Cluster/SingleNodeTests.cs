using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>A managed connection to one real daemon.</summary>
public sealed class SingleNodeTests : CorosyncFixture
{
    [Test]
    public async Task Connection_agrees_with_quorumtool([Values] bool quorate)
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { QuorumDevice = true });
        CorosyncNode node = cluster.Node(1);
        using QuorumFlipper flipper = QuorumFlipper.ConnectTo(node);
        flipper.Flip(quorate);
        using NativeQuorumHandle native = NativeQuorumHandle.ConnectTo(node);
        native.TrackStart();
        native.WaitForEvent(e => e.Quorate == (quorate ? 1u : 0u), 0, Patience);
        await using ManagedWatcher watcher = ManagedWatcher.ConnectTo(node);
        watcher.WaitForCount(2, Patience);
        NodeListChanged list = (NodeListChanged)watcher.Seen[0];
        QuorumChanged quorum = (QuorumChanged)watcher.Seen[1];

        QuorumTool tool = await QuorumTool.RunAsync(node);
        Assert.Multiple(() =>
        {
            Assert.That(quorum.RingId.ToString(), Is.EqualTo(tool.RingId));
            Assert.That(list.RingId, Is.EqualTo(quorum.RingId));
            Assert.That(quorum.Quorate, Is.EqualTo(tool.Quorate));
            Assert.That(quorum.Quorate, Is.EqualTo(quorate));
            Assert.That(watcher.Connection.GetQuorate(), Is.EqualTo(quorate));
            Assert.That(list.Members.ToString(), Is.EqualTo($"[{string.Join(' ', tool.Members)}]"));
            Assert.That(quorum.Members, Is.EqualTo(list.Members));
            Assert.That(watcher.Connection.QuorumType, Is.EqualTo(QuorumType.Set));
            Assert.That(watcher.Connection.Daemon.ProcessId, Is.EqualTo(node.Pid));
            Assert.That(watcher.Connection.Address.ToString(), Is.EqualTo("abstract:quorum"));
        });
    }

    [Test]
    public async Task Connect_to_a_daemon_without_provider_has_the_type_free()
    {
        await using CorosyncCluster cluster =
            await CorosyncCluster.StartAsync(new() { Provider = ClusterProvider.None });
        using QuorumConnection connection = cluster.Node(1).Network.Run(() => QuorumConnection.Connect());
        Assert.That(connection.QuorumType, Is.EqualTo(QuorumType.Free));
    }

    [Test]
    public async Task ReadNotificationsAsync_sees_each_of_2000_fast_flips_in_order()
    {
        const int Flips = 2000;
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { QuorumDevice = true });
        using QuorumFlipper flipper = QuorumFlipper.ConnectTo(cluster.Node(1));
        await using ManagedWatcher watcher = ManagedWatcher.ConnectTo(cluster.Node(1));
        watcher.WaitForCount(2, Patience);
        await OwnThread.Run(() =>
        {
            for (int i = 1; i <= Flips; i++)
            {
                flipper.Flip(i % 2 == 1);
            }
        }).WaitAsync(3 * Patience);
        watcher.WaitForCount(2 + Flips, Patience);
        Assert.That(
            watcher.Seen.Skip(2).Select(ManagedWatcher.Story),
            Is.EqualTo(Enumerable.Range(1, Flips).Select(i => i % 2 == 1 ? "Q 1 [1]" : "Q 0 [1]")));
        Assert.That(watcher.Connection.GetQuorate(), Is.False);
    }

    [Test]
    public async Task Model_V0_sees_each_flip_as_libquorum_does()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { QuorumDevice = true });
        using QuorumFlipper flipper = QuorumFlipper.ConnectTo(cluster.Node(1));
        using NativeQuorumHandle native = NativeQuorumHandle.ConnectTo(cluster.Node(1), model: 0);
        native.TrackStart();
        await using ManagedWatcher watcher =
            ManagedWatcher.ConnectTo(cluster.Node(1), new() { Model = QuorumModel.V0 });
        for (int i = 1; i <= 20; i++)
        {
            flipper.Flip(i % 2 == 1);
        }

        watcher.WaitForCount(21, Patience);
        native.WaitForEvent(21, Patience);
        Assert.That(
            watcher.Seen.Cast<QuorumChangedV0>().Select(e => (e.Quorate, e.RingSequence, e.Members.ToString())),
            Is.EqualTo(native.Events.Select(e => (e.Quorate == 1, e.RingId.Sequence, List(e.Members)))));

        static string List(IEnumerable<uint> members) => $"[{string.Join(' ', members)}]";
    }

    [Test]
    public async Task TrackStart_twice_is_refused_and_sends_the_state_again_and_TrackStop_ends_it()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { QuorumDevice = true });
        using QuorumFlipper flipper = QuorumFlipper.ConnectTo(cluster.Node(1));
        await using ManagedWatcher watcher = ManagedWatcher.ConnectTo(cluster.Node(1));
        QuorumRefusedException e =
            Assert.Throws<QuorumRefusedException>(() => watcher.Connection.TrackStart(TrackFlags.Changes))!;
        Assert.That(e.Error, Is.EqualTo(CorosyncError.Exist));
        watcher.WaitForCount(4, Patience);
        await watcher.Connection.TrackStopAsync();
        watcher.Connection.TrackStop();
        flipper.Flip(true);
        using NativeQuorumHandle native = NativeQuorumHandle.ConnectTo(cluster.Node(1));
        native.TrackStart();
        native.WaitForEvent(e => e.Quorate == 1, 0, Patience);
        // Events come in order: had the daemon told the flip, its event would come before the next two.
        await watcher.Connection.TrackStartAsync(TrackFlags.Current | TrackFlags.Changes);
        watcher.WaitForCount(6, Patience);
        Assert.That(
            watcher.Seen.Select(ManagedWatcher.Story),
            Is.EqualTo(new[]
            {
                "NL [1] j=[] l=[]", "Q 0 [1]",
                "NL [1] j=[] l=[]", "Q 0 [1]",
                "NL [1] j=[] l=[]", "Q 1 [1]",
            }));
    }

    [Test]
    public async Task Connect_when_dev_shm_is_not_shared_names_the_missing_path_and_works_where_it_is_mounted()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { PrivateSharedMemory = true });
        CorosyncNode node = cluster.Node(1);

        // Not ConnectAsync: it looks for the files on a second connection, which another thread makes, and that thread
        // is outside of the node's network.
        QuorumConnectException e = Assert.Throws<QuorumConnectException>(
            () => node.Network.Run(() => QuorumConnection.Connect()))!;
        string directory = $"/dev/shm/qb-{node.Pid}-{Environment.ProcessId}-.*";
        Assert.Multiple(() =>
        {
            Assert.That(e.Error, Is.EqualTo(CorosyncError.NotExist));
            Assert.That(e.Errno, Is.EqualTo(Errno.ENOENT));
            Assert.That(e.Stage, Is.EqualTo(IpcStage.Map));
            Assert.That(
                e.Message, Does.Match($"{directory}/qb-(request-quorum-header|control-quorum) does not exist"));
            Assert.That(e.IsTransient, Is.False);
        });

        QuorumConnectionOptions options = new() { SharedMemoryDirectory = node.Root + "/dev/shm" };
        using QuorumConnection connection = node.Network.Run(() => QuorumConnection.Connect(options));
        Assert.That(connection.GetQuorate(), Is.True);
    }
}
