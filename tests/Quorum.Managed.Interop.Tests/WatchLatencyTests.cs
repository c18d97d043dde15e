using System.Diagnostics;
using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// <c>watch --json</c> prints each loss of quorum that a libquorum client on the same node is told. The output of the
/// test has the times from the callback of libquorum to the line. They decide nothing: they depend on what else the
/// machine does.
/// </summary>
public sealed class WatchLatencyTests : CorosyncFixture
{
    [Test]
    public async Task Watch_on_a_node_that_is_cut_off_prints_each_loss_as_libquorum_tells_it()
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

        Report(behind);
    }

    [Test]
    public async Task Watch_of_flips_prints_each_loss_as_libquorum_tells_it()
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
    }

    // The time from the callback of libquorum with quorate 0 to the line with "quorate":false. It is negative when the
    // line came first.
    private static async Task<TimeSpan> MeasureAsync(
        NodeProcess watch, NativeQuorumHandle native, Func<Task> loseQuorum)
    {
        int from = native.Events.Count;
        Task<long> callback = OwnThread.Run(() =>
        {
            native.WaitForEvent(e => e.Quorate == 0, from, Patience);
            return Stopwatch.GetTimestamp();
        });
        Task losing = loseQuorum();
        await watch.ReadUntilAsync(line => line.Contains("\"quorate\":false", StringComparison.Ordinal), Patience);
        long printed = Stopwatch.GetTimestamp();
        await losing;
        long called = await callback;
        return printed >= called
            ? Stopwatch.GetElapsedTime(called, printed)
            : -Stopwatch.GetElapsedTime(printed, called);
    }

    private static void Report(List<TimeSpan> behind)
    {
        IEnumerable<string> times = behind.Order()
            .Select(time => time.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture));
        TestContext.Out.WriteLine($"watch behind libquorum, ms: {string.Join(' ', times)}");
    }
}
