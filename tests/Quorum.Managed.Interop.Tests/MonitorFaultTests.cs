using System.Diagnostics;
using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>A monitor on every node of a real cluster under random faults.</summary>
/// <remarks>QUORUM_FAULTS is the number of faults. QUORUM_FAULT_SEED repeats a run.</remarks>
public sealed class MonitorFaultTests : CorosyncFixture
{
    private static readonly TimeSpan CallbackMargin = TimeSpan.FromMilliseconds(50);

    private static readonly QuorumMonitorOptions Options = new()
    {
        MaxStaleness = TimeSpan.FromMilliseconds(900),
        RecoverySettleTime = TimeSpan.FromSeconds(2),
        ReconnectMaxDelay = TimeSpan.FromSeconds(1),
        Connection = new() { ConnectTimeout = TimeSpan.FromSeconds(2) },
    };

    [Test]
    public async Task Random_faults_never_make_two_partitions_quorate_and_after_each_repair_all_agree()
    {
        int faults = Number("QUORUM_FAULTS", 15);
        int seed = Number("QUORUM_FAULT_SEED", Environment.TickCount);
        MonitorTimeline timeline = new();
        DateTimeOffset start = DateTimeOffset.UtcNow;
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { Nodes = 3 });
        MonitorNode[] nodes = [.. cluster.Nodes.Select(node => new MonitorNode(node, timeline, Options))];
        using MonitorStalls stalls = new();
        MonitorFaults injector = new(cluster, timeline, new Random(seed));
        string verdict = "";
        try
        {
            await AgreeAsync(cluster, nodes, timeline);
            for (int i = 1; i <= faults; i++)
            {
                await injector.InjectAsync(i);
                if (i % 3 == 0 || i == faults)
                {
                    await injector.RepairAsync();
                    await AgreeAsync(cluster, nodes, timeline);
                }
            }

            verdict = Judge(nodes, injector, stalls, timeline, faults / 10);
            double seconds = (DateTimeOffset.UtcNow - start).TotalSeconds;
            await TestContext.Out.WriteLineAsync($"{faults} faults, seed {seed}, {seconds:F0} s: {verdict}");
        }
        catch (Exception)
        {
            string last = timeline.Render(DateTimeOffset.UtcNow.AddSeconds(-20), DateTimeOffset.MaxValue);
            await TestContext.Out.WriteLineAsync($"seed {seed}\n{last}");
            throw;
        }
        finally
        {
            foreach (MonitorNode node in nodes)
            {
                await node.DisposeAsync();
            }
        }
    }

    private static int Number(string variable, int otherwise)
    {
        string? text = Environment.GetEnvironmentVariable(variable);
        bool given = int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value);
        return given ? value : otherwise;
    }

    // Waits until each monitor says what corosync-quorumtool says on its node.
    private static async Task AgreeAsync(CorosyncCluster cluster, MonitorNode[] nodes, MonitorTimeline timeline)
    {
        foreach (MonitorNode node in nodes)
        {
            using CancellationTokenSource limit = new(Patience);
            QuorumSnapshot? found = null;
            await foreach (QuorumSnapshot snapshot in node.Monitor.WatchAsync(limit.Token))
            {
                if (snapshot is { IsQuorate: true, Members.Count: 3, IsChanging: false })
                {
                    CommandResult tool = await cluster.Node(node.Id).RunAsync("corosync-quorumtool", "-s");
                    if (tool.Output.Contains($" {snapshot.RingId}\n", StringComparison.Ordinal))
                    {
                        found = snapshot;
                        break;
                    }

                    timeline.Add(node.Id, $"quorumtool is at another ring than {snapshot.RingId}");
                }
            }

            Assert.That(found, Is.Not.Null);
        }
    }

    private static string Judge(
        MonitorNode[] nodes, MonitorFaults faults, MonitorStalls stalls, MonitorTimeline timeline, int leastLosses)
    {
        MonitorHistory[] logs = [.. nodes.Select(node => node.ReadLog())];
        (int Node, DateTimeOffset From, DateTimeOffset To)[] pauses = [.. faults.Pauses];
        DateTimeOffset[] times = [.. nodes.SelectMany(node => node.Said.Views)
            .Concat(logs.SelectMany(log => log.Views))
            .Select(view => view.Time)
            .Concat(pauses.SelectMany(pause => new[] { pause.From, pause.To })).Distinct().Order()];
        double overlap = 0;
        foreach (MonitorNode stale in nodes)
        {
            // Adjacent intervals count as one.
            TimeSpan illegal = TimeSpan.Zero;
            DateTimeOffset since = default;
            for (int t = 0; t + 1 < times.Length; t++)
            {
                // Does this node claim quorum while another node claims it for a partition without this node?
                DateTimeOffset now = times[t];
                MonitorView own = stale.Said.At(now);
                IEnumerable<MonitorNode> others = nodes.Where(node => node != stale);
                if (!own.Quorate || !others.Any(other => IsQuorateWithout(other.Said.At(now), stale.Id)))
                {
                    illegal = TimeSpan.Zero;
                    continue;
                }

                // That is allowed while its daemon's log says the same, and for MaxStaleness after the daemon stopped.
                overlap += (times[t + 1] - times[t]).TotalMilliseconds;
                (int Node, DateTimeOffset From, DateTimeOffset To) pause =
                    pauses.FirstOrDefault(pause => pause.Node == stale.Id && pause.From <= now && now < pause.To);
                DateTimeOffset allowed =
                    !logs[stale.Id - 1].At(times[t]).Quorate ? times[t]
                    : pause.Node == 0 ? times[t + 1]
                    : pause.From + Options.MaxStaleness;
                TimeSpan excess = times[t + 1] - (allowed > times[t] ? allowed : times[t]);
                if (excess <= TimeSpan.Zero)
                {
                    illegal = TimeSpan.Zero;
                    continue;
                }

                since = illegal == TimeSpan.Zero ? times[t] : since;
                illegal += excess;
                if (illegal > CallbackMargin + stalls.Around(since, TimeSpan.FromMilliseconds(100)))
                {
                    string excessText = $"{illegal.TotalMilliseconds:F0} ms longer than its daemon justifies";
                    Fail(timeline, times[t], $"node {stale.Id} was {own} for {excessText}");
                }
            }
        }

        foreach (MonitorNode node in nodes)
        {
            foreach ((int _, DateTimeOffset from, DateTimeOffset to) in pauses.Where(pause => pause.Node == node.Id))
            {
                // A yes of a stopped daemon stands for MaxStaleness at most.
                DateTimeOffset limit = from + Options.MaxStaleness;
                DateTimeOffset late =
                    limit + (2 * CallbackMargin) + stalls.Around(limit, TimeSpan.FromMilliseconds(100));
                if (to > late && node.Said.At(late) is { Quorate: true } still)
                {
                    double after = (late - from).TotalMilliseconds;
                    Fail(timeline, late, $"node {node.Id} was still {still} {after:F0} ms after SIGSTOP");
                }

                // After a long silence no yes is believed before the settle time is over.
                DateTimeOffset first = node.Said.FirstQuorate(limit + CallbackMargin);
                DateTimeOffset settled = to + Options.RecoverySettleTime!.Value - TimeSpan.FromMilliseconds(300);
                if (to - from > 2 * Options.MaxStaleness && first < settled)
                {
                    double after = (first - to).TotalMilliseconds;
                    Fail(timeline, first, $"node {node.Id} was believed {after:F0} ms after SIGCONT");
                }
            }
        }

        string losses = JudgeLosses(nodes, stalls, timeline, leastLosses);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"two partitions quorate at once for {overlap:F0} ms in all, by the daemons' logs; {losses}");
    }

    private static bool IsQuorateWithout(MonitorView view, int node) =>
        view.Quorate && !view.Members.Contains((uint)node);

    // The monitor says each loss that libquorum called back within the margin, unless quorum is back by then.
    private static string JudgeLosses(MonitorNode[] nodes, MonitorStalls stalls, MonitorTimeline timeline, int least)
    {
        List<double> delays = [];
        foreach (MonitorNode node in nodes)
        {
            IReadOnlyList<MonitorView> native = node.Native.Views;
            for (int i = 1; i < native.Count; i++)
            {
                DateTimeOffset lost = native[i].Time;
                if (native[i].Quorate || !native[i - 1].Quorate || !node.Said.At(lost).Quorate)
                {
                    continue;
                }

                DateTimeOffset back =
                    native.Skip(i + 1).FirstOrDefault(view => view.Quorate)?.Time ?? DateTimeOffset.MaxValue;
                DateTimeOffset said = node.Said.FirstLoss(lost);
                TimeSpan slack = CallbackMargin + stalls.Around(lost, TimeSpan.FromMilliseconds(100));
                if (said > lost + slack && back > lost + slack)
                {
                    double later = (said - lost).TotalMilliseconds;
                    Fail(timeline, lost, $"node {node.Id}: the monitor said the loss {later:F0} ms after libquorum");
                }

                delays.Add(Math.Min((said - lost).TotalMilliseconds, (back - lost).TotalMilliseconds));
            }
        }

        int losses = nodes.Sum(node => node.Native.CountLosses());
        int before = losses - delays.Count;
        Assert.That(losses, Is.GreaterThanOrEqualTo(least), "losses that libquorum called back");
        double latest = delays.DefaultIfEmpty().Max();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"losses said before libquorum {before}, after it {delays.Count} (at most {latest:F1} ms later)");
    }

    private static void Fail(MonitorTimeline timeline, DateTimeOffset time, string what) =>
        Assert.Fail($"{time:HH:mm:ss.fff} {what}\n{timeline.Render(time.AddSeconds(-8), time.AddSeconds(4))}");
}
