using System.Diagnostics;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// How soon <c>watch --json</c> prints that quorum is lost: no later than 50 ms after the callback of a libquorum client on the same node. Both times are
/// taken in this process: when the line has come through the pipe, and when the callback ran.
/// </summary>
public sealed class WatchLatencyTests : CorosyncFixture
{
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(50);

    [Test]
    public async Task Watch_on_a_node_that_is_cut_off_is_no_later_than_libquorum_and_50_ms()
    {
        const int Rounds = 3;
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { Nodes = 3 });
        await using NodeProcess watch = QuorumCli.StartWatch(cluster.Node(3));
        using NativeQuorumHandle native = NativeQuorumHandle.ConnectTo(cluster.Node(3));
        native.TrackStart();
        await watch.ExpectAsync(Patience, "Q 1 [1 2 3]");
        List<TimeSpan> behind = [];
        int position = 0;
        for (int round = 0; round < Rounds; round++)
        {
            position = native.WaitForEvent(e => e.Story == "Q 1 [1 2 3]", position, Patience);
            behind.Add(await MeasureAsync(watch, native, () => cluster.PartitionAsync("1 2", "3")));
            await cluster.HealAsync();
            await watch.ExpectAsync(Patience, "Q 1 [1 2 3]");
        }

        // The machine may be busy with other things in one round.
        Report(behind);
        Assert.That(behind.Order().ElementAt(Rounds / 2), Is.LessThan(Margin));
    }

    [Test]
    public async Task Watch_of_fast_flips_is_in_the_middle_no_later_than_libquorum_and_50_ms()
    {
        const int Rounds = 21;
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { QuorumDevice = true });
        using QuorumFlipper flipper = QuorumFlipper.ConnectTo(cluster.Node(1));
        await using NodeProcess watch = QuorumCli.StartWatch(cluster.Node(1));
        using NativeQuorumHandle native = NativeQuorumHandle.ConnectTo(cluster.Node(1));
        native.TrackStart();
        await watch.ExpectAsync(Patience, "Q 0 [1]");
        native.WaitForEvent(2, Patience);
        List<TimeSpan> behind = [];
        int position = 0;
        for (int round = 0; round < Rounds; round++)
        {
            flipper.Flip(true);
            await watch.ExpectAsync(Patience, "Q 1 [1]");
            position = native.WaitForEvent(e => e.Quorate == 1, position, Patience);
            behind.Add(await MeasureAsync(watch, native, () => Task.Run(() => flipper.Flip(false))));
        }

        Report(behind);
        Assert.That(behind.Order().ElementAt(Rounds / 2), Is.LessThan(Margin));
    }

    // From libquorum's callback with quorate 0 to the line with "quorate":false; negative when the line was first.
    private static async Task<TimeSpan> MeasureAsync(NodeProcess watch, NativeQuorumHandle native, Func<Task> loseQuorum)
    {
        int from = native.Events.Count;
        Task<long> callback = Task.Factory.StartNew(
            () =>
            {
                native.WaitForEvent(e => e.Quorate == 0, from, Patience);
                return Stopwatch.GetTimestamp();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        Task losing = loseQuorum();
        await watch.ReadUntilAsync(line => line.Contains("\"quorate\":false", StringComparison.Ordinal), Patience);
        long printed = Stopwatch.GetTimestamp();
        await losing;
        long called = await callback;
        return printed >= called ? Stopwatch.GetElapsedTime(called, printed) : -Stopwatch.GetElapsedTime(printed, called);
    }

    private static void Report(List<TimeSpan> behind) => TestContext.Out.WriteLine(
        "watch behind libquorum, ms: " + string.Join(' ', behind.Order().Select(time => time.TotalMilliseconds.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture))));
}
