using System.Diagnostics;
using System.Globalization;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// A node whose daemon is stopped, excluded by the others and continued: its daemon answers from its old state, and the
/// monitor must not say yes before the daemon knows the truth. Neither must a monitor that starts at that moment.
/// </summary>
/// <remarks>
/// QUORUM_WAKEUPS is the number of wake-ups of each case. QUORUM_LINKS names the links, for example <c>Cut,Up</c>.
/// </remarks>
public sealed class WakeUpTests : CorosyncFixture
{
    private static readonly int WakeUps = LeaseSettings.Number("QUORUM_WAKEUPS", 2);

    private static readonly LeaseLinks[] Links = LeaseSettings.List("QUORUM_LINKS", LeaseLinks.Cut, LeaseLinks.Up);

    private static IEnumerable<TestCaseData> Cases => LeaseSettings.Cases(
        (2, ClusterTransport.Udpu),
        (2, ClusterTransport.Knet),
        (3, ClusterTransport.Knet),
        (5, ClusterTransport.Udpu),
        (5, ClusterTransport.Knet),
        (8, ClusterTransport.Udpu),
        (8, ClusterTransport.Knet),
        (16, ClusterTransport.Udpu),
        (16, ClusterTransport.Knet));

    [TestCaseSource(nameof(Cases))]
    public async Task A_woken_node_is_never_quorate_before_its_daemon_knows_the_truth(
        int nodes, ClusterTransport transport)
    {
        await using LeaseCluster lease = await LeaseCluster.StartAsync(nodes, transport);
        int violations = 0;
        for (int i = 0; i < WakeUps; i++)
        {
            lease.TakeTimeline();
            (string line, bool wrong) = await WakeAsync(lease, Links[i % Links.Length], 1 + (i % nodes));
            await TestContext.Progress.WriteLineAsync($"{nodes} nodes, {transport}, {line}");
            if (wrong)
            {
                violations++;
                await TestContext.Progress.WriteLineAsync(lease.TakeTimeline());
            }
        }

        Assert.That(violations, Is.Zero, $"wake-ups of {WakeUps} after which a yes was wrong");
    }

    private static async Task<(string Line, bool Wrong)> WakeAsync(LeaseCluster lease, LeaseLinks links, int node)
    {
        int[] others = [.. lease.Others(node)];
        int lossesBefore = others.Sum(lease.LossesOf);
        RingId? old = lease.Monitor(node).Current.RingId;
        long stopped = lease.Tell(0, $"SIGSTOP {node}");
        await lease.Cluster.PauseAsync(node);
        await (links switch
        {
            LeaseLinks.Cut => CutAsync(lease, node),
            LeaseLinks.SendingCut => lease.Cluster.CutSendingAsync(node),
            LeaseLinks.ReceivingCut => lease.Cluster.CutReceivingAsync(node),
            _ => Task.CompletedTask,
        });
        LeaseNews exclusion = await lease.WaitAsync(
            news => news.Node != node && news.Excludes(node), $"a node list without {node}");
        long version = lease.Monitor(node).Current.Version;
        if (links == LeaseLinks.CutLate)
        {
            await CutAsync(lease, node);
        }

        long woken = lease.Tell(0, $"SIGCONT {node}, links {links}");
        await using QuorumMonitor late = lease.CreateMonitor(node);
        using YesSampler lateSampler = new([late]);
        late.Start();
        await lease.Cluster.ContinueAsync(node);

        // With its links up, the node may go from the old ring right to one with all nodes.
        LeaseNews truth = await lease.WaitAsync(
            news => news.Node == node && (links == LeaseLinks.Up
                ? news.Notification is NodeListChanged
                : news.Lists(node)),
            $"the truth on node {node}");
        long healed = lease.Tell(0, "heal");
        await lease.Cluster.HealAsync();
        await lease.AgreeAsync();

        // A yes in the old ring is wrong from the exclusion until the daemon knows.
        YesSpan[] yes = [.. lease.YesOf(node).Where(span => span.Ring == old)];
        TimeSpan[] wrong = Between(yes, exclusion.Time, truth.Time);
        TimeSpan[] lateWrong = Between(lateSampler.SpansOf(0).Where(span => span.Ring == old), woken, truth.Time);
        // A yes that is too short for a sample is announced nevertheless.
        bool announced = lease.AnnouncedBy(node, version).Any(said => said.IsQuorate && said.RingId == old);
        int lost = others.Sum(lease.LossesOf) - lossesBefore;
        long again = lease.YesOf(node).First(span => span.Ring != old && span.From > woken).From;
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"node {node}, links {links}: wrong {Sum(wrong)} ms; a monitor started at the wake: {Sum(lateWrong)} ms; "
            + $"excluded {Span(stopped, exclusion.Time)} after the stop, "
            + $"truth {Span(woken, truth.Time)} after the wake, "
            + $"old yes for {Sum(Between(yes, truth.Time, long.MaxValue))} ms after the truth, "
            + $"quorate again {Span(healed, again)} after the heal; "
            + $"losses of the other nodes: {lost}");
        return (line, announced || wrong.Length > 0 || lateWrong.Length > 0 || (lost > 0 && others.Length > 1));
    }

    private static TimeSpan[] Between(IEnumerable<YesSpan> yes, long from, long to) =>
        [.. yes.Select(span => span.Within(from, to)).OfType<TimeSpan>()];

    private static string Sum(TimeSpan[] spans) =>
        spans.Sum(span => span.TotalMilliseconds).ToString("F0", CultureInfo.InvariantCulture);

    private static Task CutAsync(LeaseCluster lease, int node) =>
        lease.Cluster.PartitionAsync(node.ToString(CultureInfo.InvariantCulture));

    private static string Span(long from, long to) => string.Create(
        CultureInfo.InvariantCulture, $"{(to - from) * 1000.0 / Stopwatch.Frequency:F0} ms");
}
