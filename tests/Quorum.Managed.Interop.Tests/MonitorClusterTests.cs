using System.Collections.Concurrent;
using System.Diagnostics;
using Quorum.Managed.Ipc;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>The monitor with real daemons that die, hang and come back.</summary>
public sealed class MonitorClusterTests : CorosyncFixture
{
    // Below twice the token time-out of 500 ms, and above the 600 ms of its consensus.
    private static readonly TimeSpan MaxStaleness = TimeSpan.FromMilliseconds(900);
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(2);

    // The monitor asks the daemon every 30 s only, and believes its answers for two minutes. So what says the loss
    // within the time limit is the end of the connection.
    [Test]
    public async Task Killed_daemon_is_unknown_without_a_question_and_a_restarted_one_quorate_again_by_itself()
    {
        await using CorosyncCluster cluster = await StartClusterAsync(nodes: 1);
        await using QuorumMonitor monitor = Start(cluster.Node(1), SettleTime, 6 * Patience);
        for (int i = 0; i < 7; i++)
        {
            await ExpectAsync(monitor, snapshot => snapshot.IsQuorate);
            TaskCompletionSource<long> lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
            using CancellationTokenRegistration registration =
                monitor.QuorumLost.UnsafeRegister(_ => lost.SetResult(Stopwatch.GetTimestamp()), null);
            using Process daemon = Process.GetProcessById(cluster.Node(1).Pid);
            long killed = Stopwatch.GetTimestamp();
            daemon.Kill();
            TimeSpan unknownAfter = Stopwatch.GetElapsedTime(killed, await lost.Task.WaitAsync(Patience));
            await TestContext.Out.WriteLineAsync($"unknown {unknownAfter.TotalMilliseconds:F1} ms after SIGKILL");
            Assert.That(monitor.Current.State, Is.EqualTo(QuorumState.Unknown));
            Assert.That(monitor.Current.UnknownReason, Is.EqualTo(QuorumUnknownReason.Disconnected));
            await cluster.StartNodeAsync(1);
        }

        QuorumSnapshot back = await ExpectAsync(monitor, snapshot => snapshot.IsQuorate);
        Assert.That(back.Members.Select(node => node.Value), Is.EqualTo(new uint[] { 1 }));
    }

    [Test]
    public async Task Stopped_daemon_is_unknown_and_its_stale_yes_is_not_believed_before_the_settle_time()
    {
        await using CorosyncCluster cluster = await StartClusterAsync(nodes: 3);
        for (int round = 0; round < 2; round++)
        {
            await using QuorumMonitor monitor = Start(cluster.Node(3));
            await ExpectAsync(monitor, snapshot => snapshot.IsQuorate);
            await cluster.PauseAsync(3);
            long stopped = Stopwatch.GetTimestamp();
            QuorumSnapshot silent = await ExpectAsync(monitor, snapshot => snapshot.State == QuorumState.Unknown);
            TimeSpan unknownAfter = Stopwatch.GetElapsedTime(stopped);
            await TestContext.Out.WriteLineAsync($"unknown {unknownAfter.TotalMilliseconds:F0} ms after SIGSTOP");
            Assert.That(silent.UnknownReason, Is.EqualTo(QuorumUnknownReason.Stale));

            await cluster.WaitMembersAsync([1, 2], quorate: true);

            // In the second round the network is cut as well. The daemon then learns nothing before its consensus
            // time-out.
            if (round == 1)
            {
                await cluster.PartitionAsync("1 2", "3");
            }

            ConcurrentQueue<string> story = [];
            monitor.Changed += (_, snapshot) => story.Enqueue(snapshot.ToString());
            long continued = Stopwatch.GetTimestamp();
            await cluster.ContinueAsync(3);
            if (round == 1)
            {
                await ExpectAsync(monitor, snapshot => snapshot.State == QuorumState.Inquorate);
                await cluster.HealAsync();
            }

            await ExpectAsync(monitor, snapshot => snapshot.IsQuorate);
            TimeSpan quorateAfter = Stopwatch.GetElapsedTime(continued);
            await TestContext.Out.WriteLineAsync(
                $"quorate {quorateAfter.TotalMilliseconds:F0} ms after SIGCONT: {string.Join("; ", story)}");
            Assert.That(quorateAfter, Is.GreaterThanOrEqualTo(SettleTime));
            Assert.That(monitor.Current.Members, Has.Count.EqualTo(3));
        }
    }

    [Test]
    public async Task Partition_and_heal_are_seen_with_members_and_ring_as_quorumtool_shows_them()
    {
        await using CorosyncCluster cluster = await StartClusterAsync(nodes: 3);
        await using QuorumMonitor first = Start(cluster.Node(1));
        await using QuorumMonitor third = Start(cluster.Node(3));
        await ExpectAsync(first, snapshot => snapshot.IsQuorate);
        await ExpectAsync(third, snapshot => snapshot.IsQuorate);
        CancellationToken firstLost = first.QuorumLost;
        CancellationToken thirdLost = third.QuorumLost;

        await cluster.PartitionAsync("1 2", "3");
        QuorumSnapshot alone =
            await ExpectAsync(third, snapshot => snapshot is { State: QuorumState.Inquorate, IsChanging: false });
        QuorumSnapshot two = await ExpectAsync(first, snapshot => snapshot.Members.Count == 2 && !snapshot.IsChanging);
        Assert.Multiple(() =>
        {
            Assert.That(alone.Members.ToString(), Is.EqualTo("[3]"));
            Assert.That(alone.Left.ToString(), Is.EqualTo("[1 2]"));
            Assert.That(two.Left.ToString(), Is.EqualTo("[3]"));
            Assert.That(two.IsQuorate);
            Assert.That(thirdLost.IsCancellationRequested);
            Assert.That(firstLost.IsCancellationRequested, Is.False);
        });

        await cluster.HealAsync();
        QuorumSnapshot healed = await ExpectAsync(third, snapshot => snapshot.IsQuorate && snapshot.Members.Count == 3);
        CommandResult tool = await cluster.Node(3).RunAsync("corosync-quorumtool", "-s");
        Assert.That(tool.Output, Does.Contain(healed.RingId.ToString()));
    }

    [Test]
    public async Task A_daemon_without_quorum_provider_is_never_believed_and_the_monitor_says_what_to_configure()
    {
        await using CorosyncCluster cluster = await StartClusterAsync(nodes: 1, ClusterProvider.None);
        await using QuorumMonitor monitor = Start(cluster.Node(1));
        QuorumSnapshot snapshot =
            await ExpectAsync(monitor, snapshot => snapshot.UnknownReason == QuorumUnknownReason.NoQuorumProvider);
        Assert.That(snapshot.State, Is.EqualTo(QuorumState.Unknown));
        Assert.That(snapshot.Error?.Message, Does.Contain("provider: corosync_votequorum"));
    }

    // The token counter of a live ring proves a yes long before token and consensus are over.
    [Test]
    public async Task A_live_ring_is_proved_by_its_token_counter_and_a_stale_daemon_is_not_believed_before_the_truth()
    {
        await using CorosyncCluster cluster = await StartClusterAsync(nodes: 3);
        await using QuorumMonitor monitor = Start(cluster.Node(3), settleTime: null);
        QuorumSnapshot first = await ExpectAsync(monitor, snapshot => snapshot.IsQuorate);
        Assert.That(first.Basis, Is.EqualTo(QuorumBasis.TokenCounter));
        for (int round = 0; round < 3; round++)
        {
            await cluster.PauseAsync(3);
            await ExpectAsync(monitor, snapshot => snapshot.State == QuorumState.Unknown);
            await cluster.WaitMembersAsync([1, 2], quorate: true);
            await cluster.PartitionAsync("1 2", "3");
            List<QuorumSnapshot> story = [];
            EventHandler<QuorumSnapshot> note = (_, snapshot) =>
            {
                lock (story)
                {
                    story.Add(snapshot);
                }
            };
            monitor.Changed += note;
            await cluster.ContinueAsync(3);
            await ExpectAsync(monitor, snapshot => snapshot.State == QuorumState.Inquorate);
            monitor.Changed -= note;
            lock (story)
            {
                Assert.That(story.Where(snapshot => snapshot.IsQuorate), Is.Empty, "quorate before the truth");
            }

            long healed = Stopwatch.GetTimestamp();
            await cluster.HealAsync();
            QuorumSnapshot back = await ExpectAsync(monitor, snapshot => snapshot.IsQuorate);
            await TestContext.Out.WriteLineAsync(
                $"quorate {Stopwatch.GetElapsedTime(healed).TotalMilliseconds:F0} ms after the heal: {back.Basis}");
            Assert.That(back.Members, Has.Count.EqualTo(3));
        }
    }

    private static Task<CorosyncCluster> StartClusterAsync(int nodes, ClusterProvider? provider = null)
    {
        CorosyncClusterOptions options = new()
        {
            Nodes = nodes,
            FileSystemSockets = true,
            Ipc = ClusterIpc.SharedMemory,
        };
        return CorosyncCluster.StartAsync(provider is { } chosen ? options with { Provider = chosen } : options);
    }

    private static QuorumMonitor Start(CorosyncNode node) => Start(node, SettleTime);

    private static QuorumMonitor Start(CorosyncNode node, TimeSpan? settleTime, TimeSpan? maxStaleness = null)
    {
        QuorumMonitor monitor = new(new()
        {
            MaxStaleness = maxStaleness ?? MaxStaleness,
            RecoverySettleTime = settleTime,
            Connection = new() { Endpoint = QuorumEndpoint.Path(node.SocketPath) },
        });
        monitor.Start();
        return monitor;
    }

    private static async Task<QuorumSnapshot> ExpectAsync(QuorumMonitor monitor, Predicate<QuorumSnapshot> condition)
    {
        using CancellationTokenSource limit = new(Patience);
        try
        {
            await foreach (QuorumSnapshot snapshot in monitor.WatchAsync(limit.Token))
            {
                if (condition(snapshot))
                {
                    return snapshot;
                }
            }
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"The expected snapshot did not come. The monitor says: {monitor.Current}", e);
        }

        throw new InvalidOperationException($"The monitor ended before the expected snapshot: {monitor.Current}");
    }
}
