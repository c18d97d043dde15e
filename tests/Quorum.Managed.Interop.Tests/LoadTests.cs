using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>Many calls, many threads, many connections on one real daemon.</summary>
public sealed class LoadTests : CorosyncFixture
{
    [Test]
    public async Task GetQuorate_10000_times_from_8_threads_is_always_right_while_flips_are_read([Values] bool async)
    {
        const int Threads = 8;
        const int Calls = 10_000;
        const int CallsPerFlip = 20;
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { QuorumDevice = true });
        using QuorumFlipper flipper = QuorumFlipper.ConnectTo(cluster.Node(1));
        await using ManagedWatcher watcher = ManagedWatcher.ConnectTo(cluster.Node(1));
        watcher.WaitForCount(2, Patience);

        // Flip number n makes the node quorate when n is odd. Between its begin and its end, when libquorum was told, the state is either.
        using NativeQuorumHandle native = NativeQuorumHandle.ConnectTo(cluster.Node(1));
        native.TrackStart();
        int begun = 0;
        int ended = 0;
        int calls = 0;
        int certain = 0;
        int wrong = 0;
        Task flipping = OnThread(() =>
        {
            while (Volatile.Read(ref calls) < Calls)
            {
                int next = Volatile.Read(ref calls) + CallsPerFlip;
                flipper.Flip(Interlocked.Increment(ref begun) % 2 == 1);
                native.WaitForEvent(2 + begun, Patience);
                Interlocked.Increment(ref ended);
                if (!SpinWait.SpinUntil(() => Volatile.Read(ref calls) >= Math.Min(next, Calls), 3 * Patience))
                {
                    return;
                }
            }
        });
        Task[] callers = [.. Enumerable.Range(0, Threads).Select(_ => OnThread(() =>
        {
            for (int i = 0; i < Calls / Threads; i++)
            {
                int before = Volatile.Read(ref ended);
                bool answer = async ? watcher.Connection.GetQuorateAsync().AsTask().GetAwaiter().GetResult() : watcher.Connection.GetQuorate();
                if (before == Volatile.Read(ref begun))
                {
                    Interlocked.Increment(ref certain);
                    Interlocked.Add(ref wrong, answer == (before % 2 == 1) ? 0 : 1);
                }

                Interlocked.Increment(ref calls);
            }
        }))];
        await Task.WhenAll(callers).WaitAsync(6 * Patience);
        await flipping.WaitAsync(Patience);

        watcher.WaitForCount(2 + begun, Patience);
        await TestContext.Out.WriteLineAsync($"{Calls} calls, {certain} of them between flips, {begun} flips");
        Assert.Multiple(() =>
        {
            Assert.That(wrong, Is.Zero);
            Assert.That(calls, Is.EqualTo(Calls));
            Assert.That(certain, Is.GreaterThan(Calls / 20));
            Assert.That(begun, Is.GreaterThan(Calls / CallsPerFlip / 10));
            Assert.That(
                watcher.Seen.Skip(2).Select(ManagedWatcher.Story),
                Is.EqualTo(Enumerable.Range(1, begun).Select(i => i % 2 == 1 ? "Q 1 [1]" : "Q 0 [1]")));
        });
    }

    [Test]
    public async Task Connect_and_close_1000_times_leaves_nothing()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        CorosyncNode node = cluster.Node(1);
        await CycleAsync(node, 20);
        AssertNoConnectionFiles(node);
        LeakCheck before = LeakCheck.Take(cluster.DaemonPids);
        int daemonBefore = DaemonDescriptors(node);

        await CycleAsync(node, 1000);

        AssertNoConnectionFiles(node);
        LeakCheck after = LeakCheck.Take(cluster.DaemonPids);
        Assert.Multiple(() =>
        {
            // The runtime loads its assemblies when it likes.
            Assert.That(after.Since(before).Where(line => !line.EndsWith(".dll", StringComparison.Ordinal)), Is.Empty);
            Assert.That(File.ReadLines("/proc/self/maps").Where(line => line.Contains("/qb-", StringComparison.Ordinal)), Is.Empty);
            Assert.That(DaemonDescriptors(node), Is.EqualTo(daemonBefore));
        });
    }

    [Test]
    public async Task Connect_and_be_dropped_without_Dispose_leaves_nothing_after_collection()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        CorosyncNode node = cluster.Node(1);
        await CycleAsync(node, 5);
        AssertNoConnectionFiles(node);
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

        Assert.That(SpinWait.SpinUntil(Collected, Patience), string.Join(", ", ConnectionFiles(node)));
    }

    private static async Task CycleAsync(CorosyncNode node, int count)
    {
        for (int i = 0; i < count; i++)
        {
            // The datagram sockets of an asynchronous connect are made on a thread of the pool, outside the node's network namespace.
            if (i % 2 == 0 || new CorosyncClusterOptions().Ipc == ClusterIpc.Socket)
            {
                using QuorumConnection connection = node.Network.Run(() => QuorumConnection.Connect());
                connection.TrackStart(TrackFlags.Current);
                Assert.That(connection.GetQuorate());
            }
            else
            {
                await using QuorumConnection connection = await node.Network.RunAsync(() => QuorumConnection.ConnectAsync().AsTask());
                Assert.That(await connection.GetQuorateAsync());
            }
        }
    }

    // The daemon removes a closed connection's files a moment later.
    private static void AssertNoConnectionFiles(CorosyncNode node) =>
        Assert.That(SpinWait.SpinUntil(() => ConnectionFiles(node).Length == 0, Patience), string.Join(", ", ConnectionFiles(node)));

    private static string[] ConnectionFiles(CorosyncNode node) =>
        Directory.GetFileSystemEntries("/dev/shm", $"qb-{node.Pid}-{Environment.ProcessId}-*");

    private static int DaemonDescriptors(CorosyncNode node) => Directory.GetFileSystemEntries($"/proc/{node.Pid}/fd").Length;

    private static Task OnThread(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
