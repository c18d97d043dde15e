using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>For how long the two sides of a cut say yes at once.</summary>
/// <remarks>
/// QUORUM_WAKEUPS is the number of cuts of each kind. The overlap of a one-way cut is printed and not judged: corosync
/// itself gives it, because a node whose sending is cut hears its predecessor's old tokens.
/// </remarks>
public sealed class CutOverlapTests : CorosyncFixture
{
    private static readonly int Cuts = LeaseSettings.Number("QUORUM_WAKEUPS", 1);

    private static readonly LeaseLinks[] Links = LeaseSettings.List(
        "QUORUM_LINKS", LeaseLinks.Cut, LeaseLinks.SendingCut, LeaseLinks.ReceivingCut);

    // Each side learns of its ring by itself; this is the most by which their moments may differ.
    private static readonly TimeSpan SymmetricOverlap = TimeSpan.FromMilliseconds(10);

    private static IEnumerable<TestCaseData> Cases => LeaseSettings.Cases(
        (3, ClusterTransport.Knet),
        (5, ClusterTransport.Knet),
        (8, ClusterTransport.Udpu));

    [TestCaseSource(nameof(Cases))]
    public async Task Two_sides_of_a_cut_do_not_say_yes_at_once(int nodes, ClusterTransport transport)
    {
        await using LeaseCluster lease = await LeaseCluster.StartAsync(nodes, transport);
        List<string> wrong = [];
        for (int i = 0; i < Cuts * Links.Length; i++)
        {
            lease.TakeTimeline();
            LeaseLinks links = Links[i % Links.Length];
            int node = 1 + (i % nodes);
            TimeSpan overlap = await CutAsync(lease, links, node);
            string line = string.Create(
                CultureInfo.InvariantCulture,
                $"{nodes} nodes, {transport}, node {node}, links {links}: overlap {overlap.TotalMilliseconds:F0} ms");
            await TestContext.Progress.WriteLineAsync(line);
            if (links == LeaseLinks.Cut && overlap > SymmetricOverlap)
            {
                wrong.Add(line + "\n" + lease.TakeTimeline());
            }
        }

        Assert.That(wrong, Is.Empty);
    }

    private static async Task<TimeSpan> CutAsync(LeaseCluster lease, LeaseLinks links, int node)
    {
        int[] others = [.. lease.Others(node)];
        long cut = lease.Tell(0, $"links {links} of node {node}");
        await (links switch
        {
            LeaseLinks.SendingCut => lease.Cluster.CutSendingAsync(node),
            LeaseLinks.ReceivingCut => lease.Cluster.CutReceivingAsync(node),
            _ => lease.Cluster.PartitionAsync(node.ToString(CultureInfo.InvariantCulture)),
        });
        foreach (int other in others)
        {
            await lease.ExpectAsync(
                other,
                snapshot => snapshot is { IsQuorate: true, IsChanging: false }
                    && snapshot.Members.Count == others.Length,
                $"quorate without {node}");
        }

        await lease.ExpectAsync(node, snapshot => snapshot.State == QuorumState.Inquorate, "not quorate");
        long healed = lease.Tell(0, "heal");
        await lease.Cluster.HealAsync();
        await lease.AgreeAsync();

        YesSpan[] without =
        [
            .. others.SelectMany(lease.YesOf)
                .Where(span => span.To >= cut && span.Members.All(member => member.Value != (uint)node)),
        ];
        // After the heal a node may say yes in the ring of all while another still says yes in its own: no split.
        return lease.YesOf(node)
            .Where(span => span.To >= cut && span.From < healed)
            .Select(own => without.Select(own.Overlap).OfType<TimeSpan>().DefaultIfEmpty().Max())
            .Aggregate(TimeSpan.Zero, (sum, one) => sum + one);
    }
}
