using System.Diagnostics;
using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>A monitor on every node of a real cluster under random faults. QUORUM_FAULTS is their number, QUORUM_FAULT_SEED repeats a run.</summary>
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
            await TestContext.Out.WriteLineAsync($"{faults} faults, seed {seed}, {(DateTimeOffset.UtcNow - start).TotalSeconds:F0} s: {verdict}");
        }
        catch (Exception)
        {
            await TestContext.Out.WriteLineAsync($"seed {seed}\n{timeline.Render(DateTimeOffset.UtcNow.AddSeconds(-20), DateTimeOffset.MaxValue)}");
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

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : otherwise;

    // Each monitor comes to say what corosync-quorumtool says on its node.
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

    private static string Judge(MonitorNode[] nodes, MonitorFaults faults, MonitorStalls stalls, MonitorTimeline timeline, int leastLosses)
    {
        MonitorHistory[] logs = [.. nodes.Select(node => node.ReadLog())];
        (int Node, DateTimeOffset From, DateTimeOffset To)[] pauses = [.. faults.Pauses];
        DateTimeOffset[] times = [.. nodes.SelectMany(node => node.Said.Views).Concat(logs.SelectMany(log => log.Views)).Select(view => view.Time)
            .Concat(pauses.SelectMany(pause => new[] { pause.From, pause.To })).Distinct().Order()];
        double overlap = 0;
        foreach (MonitorNode stale in nodes)
        {
            // Pieces that lie side by side count as one.
            TimeSpan illegal = TimeSpan.Zero;
            DateTimeOffset since = default;
            for (int t = 0; t + 1 < times.Length; t++)
            {
                // Does it claim quorum while another one claims it for a partition without it?
                MonitorView own = stale.Said.At(times[t]);
                if (!own.Quorate || !nodes.Any(other => other != stale && other.Said.At(times[t]) is { Quorate: true } view && !view.Members.Contains((uint)stale.Id)))
                {
                    illegal = TimeSpan.Zero;
                    continue;
                }

                // Only as long as its own daemon says the same in its log, and of a stopped daemon no longer than MaxStaleness.
                overlap += (times[t + 1] - times[t]).TotalMilliseconds;
                (int Node, DateTimeOffset From, DateTimeOffset To) pause =
                    pauses.FirstOrDefault(pause => pause.Node == stale.Id && pause.From <= times[t] && times[t] < pause.To);
                DateTimeOffset allowed = !logs[stale.Id - 1].At(times[t]).Quorate ? times[t] : pause.Node == 0 ? times[t + 1] : pause.From + Options.MaxStaleness;
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
                    Fail(timeline, times[t], $"node {stale.Id} was {own} for {illegal.TotalMilliseconds:F0} ms longer than its daemon can be quoted for");
                }
            }
        }

        foreach (MonitorNode node in nodes)
        {
            foreach ((int _, DateTimeOffset from, DateTimeOffset to) in pauses.Where(pause => pause.Node == node.Id))
            {
                // Nothing is quoted for longer than MaxStaleness.
                DateTimeOffset late = from + Options.MaxStaleness + (2 * CallbackMargin) + stalls.Around(from + Options.MaxStaleness, TimeSpan.FromMilliseconds(100));
                if (to > late && node.Said.At(late).Quorate)
                {
                    Fail(timeline, late, $"node {node.Id} was still {node.Said.At(late)} {(late - from).TotalMilliseconds:F0} ms after SIGSTOP");
                }

                // A long silence was seen, and nothing was believed before the settle time.
                DateTimeOffset first = node.Said.Views.FirstOrDefault(view => view.Quorate && view.Time > from + Options.MaxStaleness + CallbackMargin)?.Time ?? DateTimeOffset.MaxValue;
                if (to - from > 2 * Options.MaxStaleness && first < to + Options.RecoverySettleTime - TimeSpan.FromMilliseconds(300))
                {
                    Fail(timeline, first, $"node {node.Id} was believed {(first - to).TotalMilliseconds:F0} ms after SIGCONT");
                }
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"two views quorate at once for {overlap:F0} ms in all, as the daemons' logs have it; {JudgeLosses(nodes, stalls, timeline, leastLosses)}");
    }

    // Each loss that libquorum called back was said by the monitor within the margin, unless quorum was back by then.
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

                DateTimeOffset back = native.Skip(i + 1).FirstOrDefault(view => view.Quorate)?.Time ?? DateTimeOffset.MaxValue;
                DateTimeOffset said = node.Said.Views.FirstOrDefault(view => view.Time > lost && !view.Quorate)?.Time ?? DateTimeOffset.MaxValue;
                TimeSpan slack = CallbackMargin + stalls.Around(lost, TimeSpan.FromMilliseconds(100));
                if (said > lost + slack && back > lost + slack)
                {
                    Fail(timeline, lost, $"node {node.Id}: libquorum told of the loss, the monitor {(said - lost).TotalMilliseconds:F0} ms later");
                }

                delays.Add(Math.Min((said - lost).TotalMilliseconds, (back - lost).TotalMilliseconds));
            }
        }

        int before = nodes.Sum(node => node.Native.Views.Zip(node.Native.Views.Skip(1)).Count(pair => pair.First.Quorate && !pair.Second.Quorate)) - delays.Count;
        Assert.That(before + delays.Count, Is.GreaterThanOrEqualTo(least), "losses that libquorum told of");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"losses said before libquorum {before}, after it {delays.Count} (at most {delays.DefaultIfEmpty().Max():F1} ms later)");
    }

    private static void Fail(MonitorTimeline timeline, DateTimeOffset time, string what) =>
        Assert.Fail($"{time:HH:mm:ss.fff} {what}\n{timeline.Render(time.AddSeconds(-8), time.AddSeconds(4))}");
}
