using System.Diagnostics;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>One real daemon that hangs, stops, dies or comes back.</summary>
public sealed class DaemonDeathTests : CorosyncFixture
{
    [Test]
    public async Task Kill_fails_pending_and_following_calls()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        CorosyncNode node = cluster.Node(1);
        QuorumConnectionOptions patient = new() { RequestTimeout = Timeout.InfiniteTimeSpan };
        await using ManagedWatcher watcher = ManagedWatcher.ConnectTo(node, patient);
        using QuorumConnection blocked = node.Network.Run(() => QuorumConnection.Connect(patient));
        using QuorumConnection idle = node.Network.Run(() => QuorumConnection.Connect(patient));
        Assert.That(idle.GetQuorate() && blocked.GetQuorate() && watcher.Connection.GetQuorate());

        // A paused daemon does not answer, so the calls stay pending. They
        // have no time limit: only the death of the daemon ends them.
        await cluster.PauseAsync(1);
        Task[] pending =
        [
            OwnThread.Run(() => blocked.GetQuorate()),
            watcher.Connection.GetQuorateAsync().AsTask(),
            OwnThread.Run(() => watcher.Connection.TrackStop()),
        ];
        using Process daemon = Process.GetProcessById(node.Pid);
        Assert.That(pending.Where(call => call.IsCompleted), Is.Empty);
        long killed = Stopwatch.GetTimestamp();
        daemon.Kill();
        List<QuorumConnectionClosedException> failures = [];
        foreach (Task call in pending)
        {
            failures.Add(Assert.ThrowsAsync<QuorumConnectionClosedException>(() => call.WaitAsync(Patience))!);
        }

        failures.Add((QuorumConnectionClosedException)await watcher.End.WaitAsync(Patience));
        await TestContext.Out.WriteLineAsync(
            $"pending calls failed {Stopwatch.GetElapsedTime(killed).TotalMilliseconds:0.0} ms after the kill");
        Task[] following =
        [
            OwnThread.Run(() => idle.GetQuorate()),
            OwnThread.Run(() => blocked.GetQuorate()),
            watcher.Connection.GetQuorateAsync().AsTask(),
        ];
        foreach (Task call in following)
        {
            failures.Add(Assert.ThrowsAsync<QuorumConnectionClosedException>(() => call.WaitAsync(Patience))!);
        }

        Assert.Multiple(() =>
        {
            Assert.That(failures.Select(e => e.Error), Has.All.EqualTo(CorosyncError.Library));
            Assert.That(failures.Select(e => e.Errno), Has.All.EqualTo(Errno.ENOTCONN));
        });
    }

    [Test]
    public async Task Restart_of_the_daemon_leaves_the_connection_dead_and_a_new_one_works([Values] bool gently)
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        CorosyncNode node = cluster.Node(1);
        using QuorumConnection old = node.Network.Run(() => QuorumConnection.Connect());
        await (gently ? cluster.StopAsync(1) : cluster.KillAsync(1));
        QuorumConnectException refused =
            Assert.Throws<QuorumConnectException>(() => node.Network.Run(() => QuorumConnection.Connect()))!;
        Assert.That(refused.Errno, Is.EqualTo(Errno.ECONNREFUSED));
        Assert.That(refused.IsTransient);

        await cluster.StartNodeAsync(1);
        Assert.Throws<QuorumConnectionClosedException>(() => old.GetQuorate());
        using QuorumConnection connection = node.Network.Run(() => QuorumConnection.Connect());
        await cluster.WaitMembersAsync([1], quorate: true);
        Assert.That(connection.GetQuorate());
    }

    [Test]
    public async Task Paused_daemon_is_a_timeout_and_its_late_answer_is_dropped([Values] bool async)
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { QuorumDevice = true });
        CorosyncNode node = cluster.Node(1);
        using QuorumFlipper flipper = QuorumFlipper.ConnectTo(node);
        flipper.Flip(true);
        TimeSpan limit = TimeSpan.FromMilliseconds(300);
        using QuorumConnection connection =
            node.Network.Run(() => QuorumConnection.Connect(new() { RequestTimeout = limit }));
        Task<bool> Ask() => async ? connection.GetQuorateAsync().AsTask() : OwnThread.Run(connection.GetQuorate);
        using NativeQuorumHandle native = NativeQuorumHandle.ConnectTo(node);
        native.TrackStart();
        native.WaitForEvent(e => e.Quorate == 1, 0, Patience);
        native.TrackStop();
        Assert.That(await AskUntilAnsweredAsync(Ask));

        await cluster.PauseAsync(1);
        for (int i = 0; i < 2; i++)
        {
            long begun = Stopwatch.GetTimestamp();
            QuorumException e = Assert.ThrowsAsync<QuorumException>(() => Ask().WaitAsync(Patience))!;
            TimeSpan took = Stopwatch.GetElapsedTime(begun);
            Assert.Multiple(() =>
            {
                Assert.That(e.Error, Is.EqualTo(CorosyncError.TryAgain));
                Assert.That(e.Errno, Is.EqualTo(Errno.ETIMEDOUT));
                // Not before its time; how long after depends on the scheduler.
                Assert.That(took, Is.GreaterThan(limit * 0.9));
            });
        }

        await cluster.ContinueAsync(1);
        // After the pause the daemon may form a new ring and forget the vote. An answer counts only when libquorum saw
        // the same state before and after it.
        foreach (bool quorate in (bool[])[false, true, false])
        {
            bool? answer = null;
            for (int i = 0; answer is null && i < 100; i++)
            {
                flipper.Flip(quorate);
                bool before = native.GetQuorate();
                bool asked = await AskUntilAnsweredAsync(Ask);
                answer = before == quorate && native.GetQuorate() == quorate ? asked : null;
            }

            Assert.That(answer, Is.EqualTo(quorate), "took the late answer to a request that had timed out");
        }
    }

    [Test]
    public async Task Connect_to_a_paused_daemon_times_out([Values] bool async)
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        CorosyncNode node = cluster.Node(1);
        await cluster.PauseAsync(1);
        QuorumConnectionOptions options = new() { ConnectTimeout = TimeSpan.FromMilliseconds(300) };
        Task<QuorumConnection> connecting = node.Network.RunAsync(async () =>
            async ? await QuorumConnection.ConnectAsync(options) : QuorumConnection.Connect(options));
        QuorumConnectException e =
            Assert.ThrowsAsync<QuorumConnectException>(() => connecting.WaitAsync(Patience))!;
        Assert.Multiple(() =>
        {
            Assert.That(e.Error, Is.EqualTo(CorosyncError.TryAgain));
            Assert.That(e.Errno, Is.EqualTo(Errno.ETIMEDOUT));
            Assert.That(e.IsTransient);
        });
        await cluster.ContinueAsync(1);
        using QuorumConnection connection = node.Network.Run(() => QuorumConnection.Connect());
        Assert.That(connection.GetQuorate());
    }

    // On a busy machine even a daemon that runs may need longer than the short limit.
    private static async Task<bool> AskUntilAnsweredAsync(Func<Task<bool>> ask)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                return await ask();
            }
            catch (QuorumException e) when (e.Errno == Errno.ETIMEDOUT && i < 20)
            {
                await TestContext.Out.WriteLineAsync("timed out once more");
            }
        }
    }
}
