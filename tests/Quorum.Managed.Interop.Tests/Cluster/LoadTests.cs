using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>Many calls, threads and connections on one real daemon.</summary>
public sealed class LoadTests : CorosyncFixture
{
    [Test]
    public async Task GetQuorate_10000_times_from_8_threads_is_always_right_while_flips_are_read([Values] bool async)
    {
        const int Threads = 8;
        const int Flips = 200;
        const int AnswersPerFlip = 50;
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { QuorumDevice = true });
        using QuorumFlipper flipper = QuorumFlipper.ConnectTo(cluster.Node(1));
        await using ManagedWatcher watcher = ManagedWatcher.ConnectTo(cluster.Node(1));
        watcher.WaitForCount(2, Patience);

        // Flip number n makes the node quorate when n is odd. A flip ends when libquorum was told. During a flip, an
        // answer may be either; between two flips, only one answer is right.
        using NativeQuorumHandle native = NativeQuorumHandle.ConnectTo(cluster.Node(1));
        native.TrackStart();
        using SemaphoreSlim rightAnswers = new(0);
        int begun = 0;
        int ended = 0;
        int wrong = 0;
        bool done = false;
        Task[] callers = [.. Enumerable.Range(0, Threads).Select(_ => OwnThread.Run(() =>
        {
            while (!Volatile.Read(ref done))
            {
                int before = Volatile.Read(ref ended);
                bool answer = async
                    ? watcher.Connection.GetQuorateAsync().AsTask().GetAwaiter().GetResult()
                    : watcher.Connection.GetQuorate();
                if (before != Volatile.Read(ref begun))
                {
                    continue;
                }

                if (answer == (before % 2 == 1))
                {
                    rightAnswers.Release();
                }
                else
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        }))];
        Task flipping = OwnThread.Run(() =>
        {
            for (int flip = 1; flip <= Flips; flip++)
            {
                Volatile.Write(ref begun, flip);
                flipper.Flip(flip % 2 == 1);
                native.WaitForEvent(2 + flip, Patience);
                Volatile.Write(ref ended, flip);
                for (int answers = 0; answers < AnswersPerFlip; answers++)
                {
                    Assert.That(rightAnswers.Wait(Patience), $"right answers after flip {flip}, wrong ones: {wrong}");
                }
            }
        });
        try
        {
            await flipping.WaitAsync(9 * Patience);
        }
        finally
        {
            Volatile.Write(ref done, true);
            await Task.WhenAll(callers).WaitAsync(Patience);
        }

        watcher.WaitForCount(2 + Flips, Patience);
        Assert.Multiple(() =>
        {
            Assert.That(wrong, Is.Zero);
            Assert.That(
                watcher.Seen.Skip(2).Select(ManagedWatcher.Story),
                Is.EqualTo(Enumerable.Range(1, Flips).Select(i => i % 2 == 1 ? "Q 1 [1]" : "Q 0 [1]")));
        });
    }

    [Test]
    public async Task Connect_and_close_1000_times_leaves_nothing()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        CorosyncNode node = cluster.Node(1);
        await CycleAsync(node, 20);
        WaitForNoConnectionFiles(node);
        LeakCheck before = LeakCheck.Take(cluster.DaemonPids);
        int daemonBefore = DaemonDescriptors(node);

        await CycleAsync(node, 1000);

        WaitForNoConnectionFiles(node);
        LeakCheck after = LeakCheck.Take(cluster.DaemonPids);
        Assert.Multiple(() =>
        {
            // The runtime may load an assembly or make a pipe at any time. The product makes no pipes.
            Assert.That(after.Since(before).Where(line => !IsOfRuntime(line)), Is.Empty);
            Assert.That(File.ReadLines("/proc/self/maps"), Has.None.Contains("/qb-"));
            Assert.That(DaemonDescriptors(node), Is.EqualTo(daemonBefore));
        });
    }

    [Test]
    public async Task Connect_and_be_dropped_without_Dispose_leaves_nothing_after_collection()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        CorosyncNode node = cluster.Node(1);
        await CycleAsync(node, 5);
        WaitForNoConnectionFiles(node);
        for (int i = 0; i < 5; i++)
        {
            node.Network.Run(() => { QuorumConnection.Connect().GetQuorate(); });
        }

        bool Collected()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return ConnectionFiles(node).Length == 0;
        }

        Wait.Until(Collected, "the removal of the connections' files", Patience);
    }

    private static async Task CycleAsync(CorosyncNode node, int count)
    {
        for (int i = 0; i < count; i++)
        {
            // An asynchronous connect makes its datagram sockets on a thread of the pool, which is outside the network
            // namespace of the node.
            if (i % 2 == 0 || new CorosyncClusterOptions().Ipc == ClusterIpc.Socket)
            {
                using QuorumConnection connection = node.Network.Run(() => QuorumConnection.Connect());
                connection.TrackStart(TrackFlags.Current);
                Assert.That(connection.GetQuorate());
            }
            else
            {
                await using QuorumConnection connection =
                    await node.Network.RunAsync(() => QuorumConnection.ConnectAsync().AsTask());
                Assert.That(await connection.GetQuorateAsync());
            }
        }
    }

    // The daemon removes the files of a closed connection some time after the close.
    private static void WaitForNoConnectionFiles(CorosyncNode node) =>
        Wait.Until(() => ConnectionFiles(node).Length == 0, "the removal of the connections' files", Patience);

    private static string[] ConnectionFiles(CorosyncNode node) =>
        Directory.GetFileSystemEntries("/dev/shm", $"qb-{node.Pid}-{Environment.ProcessId}-*");

    private static bool IsOfRuntime(string line) =>
        line.EndsWith(".dll", StringComparison.Ordinal) || line.Contains("-> pipe:", StringComparison.Ordinal);

    private static int DaemonDescriptors(CorosyncNode node) =>
        Directory.GetFileSystemEntries($"/proc/{node.Pid}/fd").Length;
}
