using System.Diagnostics;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>One real daemon that stops, dies or comes back.</summary>
public sealed class DaemonDeathTests : CorosyncFixture
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    [Test]
    public async Task Kill_fails_pending_and_following_calls_within_a_second()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        CorosyncNode node = cluster.Node(1);
        QuorumConnectionOptions patient = new() { RequestTimeout = Timeout.InfiniteTimeSpan };
        await using ManagedWatcher watcher = ManagedWatcher.ConnectTo(node, patient);
        using QuorumConnection blocked = node.Network.Run(() => QuorumConnection.Connect(patient));
        using QuorumConnection idle = node.Network.Run(() => QuorumConnection.Connect(patient));
        Assert.That(idle.GetQuorate() && blocked.GetQuorate() && watcher.Connection.GetQuorate());

        // A daemon that stands still answers nobody: the calls are pending.
        await cluster.PauseAsync(1);
        Task[] pending =
        [
            OnThread(() => blocked.GetQuorate()),
            watcher.Connection.GetQuorateAsync().AsTask(),
            OnThread(() => watcher.Connection.TrackStop()),
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
        TimeSpan took = Stopwatch.GetElapsedTime(killed);
        failures.Add(Assert.Throws<QuorumConnectionClosedException>(() => idle.GetQuorate())!);
        long begun = Stopwatch.GetTimestamp();
        failures.Add(Assert.Throws<QuorumConnectionClosedException>(() => blocked.GetQuorate())!);
        failures.Add(Assert.ThrowsAsync<QuorumConnectionClosedException>(async () => await watcher.Connection.GetQuorateAsync())!);
        TimeSpan following = Stopwatch.GetElapsedTime(begun);

        await TestContext.Out.WriteLineAsync($"pending calls failed {took.TotalMilliseconds:0.0} ms after the kill, following ones within {following.TotalMilliseconds:0.0} ms");
        Assert.Multiple(() =>
        {
            Assert.That(took, Is.LessThan(Soon));
            Assert.That(following, Is.LessThan(Soon));
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
        QuorumConnectException refused = Assert.Throws<QuorumConnectException>(() => node.Network.Run(() => QuorumConnection.Connect()))!;
        Assert.That(refused.Errno, Is.EqualTo(Errno.ECONNREFUSED));
        Assert.That(refused.IsTransient);

        await cluster.StartNodeAsync(1);
        Assert.Throws<QuorumConnectionClosedException>(() => old.GetQuorate());
        using QuorumConnection connection = node.Network.Run(() => QuorumConnection.Connect());
        await cluster.WaitMembersAsync([1], quorate: true);
        Assert.That(connection.GetQuorate());
    }

    [Test]
    public async Task Daemon_that_stands_still_is_a_timeout_and_its_late_answer_is_dropped([Values] bool async)
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { QuorumDevice = true });
        CorosyncNode node = cluster.Node(1);
        using QuorumFlipper flipper = QuorumFlipper.ConnectTo(node);
        flipper.Flip(true);
        TimeSpan limit = TimeSpan.FromMilliseconds(300);
        using QuorumConnection connection = node.Network.Run(() => QuorumConnection.Connect(new() { RequestTimeout = limit }));
        Task<bool> Ask() => async ? connection.GetQuorateAsync().AsTask() : OnThread(connection.GetQuorate);
        using NativeQuorumHandle native = NativeQuorumHandle.ConnectTo(node);
        Assert.That(SpinWait.SpinUntil(native.GetQuorate, Patience));
        Assert.That(await Ask());

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
                Assert.That(took, Is.GreaterThan(limit * 0.9).And.LessThan(limit + TimeSpan.FromSeconds(2)));
            });
        }

        await cluster.ContinueAsync(1);
        // The daemon may form a new ring after the pause and forget the vote: libquorum tells before and after whether the state held.
        foreach (bool quorate in (bool[])[false, true, false])
        {
            bool? answer = null;
            for (int i = 0; answer is null && i < 100; i++)
            {
                flipper.Flip(quorate);
                bool before = native.GetQuorate();
                bool asked = await AskUntilAnswered(Ask);
                answer = before == quorate && native.GetQuorate() == quorate ? asked : null;
            }

            Assert.That(answer, Is.EqualTo(quorate), "the answer to a request that timed out was taken for this one's");
        }
    }

    [Test]
    public async Task Connect_to_a_daemon_that_stands_still_times_out([Values] bool async)
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        CorosyncNode node = cluster.Node(1);
        await cluster.PauseAsync(1);
        QuorumConnectionOptions options = new() { ConnectTimeout = TimeSpan.FromMilliseconds(300) };
        long begun = Stopwatch.GetTimestamp();
        QuorumConnectException e = Assert.ThrowsAsync<QuorumConnectException>(
            () => node.Network.RunAsync(async () => async ? await QuorumConnection.ConnectAsync(options) : QuorumConnection.Connect(options)))!;
        Assert.Multiple(() =>
        {
            Assert.That(e.Error, Is.EqualTo(CorosyncError.TryAgain));
            Assert.That(e.Errno, Is.EqualTo(Errno.ETIMEDOUT));
            Assert.That(e.IsTransient);
            Assert.That(Stopwatch.GetElapsedTime(begun), Is.LessThan(TimeSpan.FromSeconds(3)));
        });
        await cluster.ContinueAsync(1);
        using QuorumConnection connection = node.Network.Run(() => QuorumConnection.Connect());
        Assert.That(connection.GetQuorate());
    }

    // On a busy machine the short limit can pass for other reasons.
    private static async Task<bool> AskUntilAnswered(Func<Task<bool>> ask)
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

    private static Task OnThread(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static Task<T> OnThread<T>(Func<T> function) =>
        Task.Factory.StartNew(function, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
