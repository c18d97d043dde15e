using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// Each node of a cluster has a monitor with leased assurance, and faults come one after the other. The leased yes of a
/// node must never overlap with that of a node in a ring without it.
/// </summary>
/// <remarks>
/// QUORUM_LEASE_FAULTS is the number of faults of each cluster, QUORUM_LEASE_SEED makes another choice of nodes and
/// times, and QUORUM_LEASE_KINDS names the faults, for example <c>Cut,Wake</c>.
/// </remarks>
public sealed class LeasedTests : CorosyncFixture
{
    private static readonly int Faults = LeaseSettings.Number("QUORUM_LEASE_FAULTS", 4);

    private static readonly int Seed = LeaseSettings.Number("QUORUM_LEASE_SEED", 1);

    private static readonly LeasedFault[] Kinds = LeaseSettings.List(
        "QUORUM_LEASE_KINDS", LeasedFault.SendingCut, LeasedFault.Leave, LeasedFault.Wake, LeasedFault.HealMeanwhile);

    private static IEnumerable<TestCaseData> Cases => LeaseSettings.Cases(
        (2, ClusterTransport.Udpu),
        (2, ClusterTransport.Knet),
        (3, ClusterTransport.Knet),
        (5, ClusterTransport.Udpu),
        (5, ClusterTransport.Knet),
        (8, ClusterTransport.Udpu),
        (8, ClusterTransport.Knet));

    [TestCaseSource(nameof(Cases))]
    public async Task Leased_yes_of_two_sides_never_overlaps(int nodes, ClusterTransport transport)
    {
        await using LeaseCluster lease = await LeaseCluster.StartAsync(nodes, transport, QuorumAssurance.Leased);
        LeasedFault[] kinds = [.. Kinds.Where(kind => LeasedFaults.IsPossible(kind, nodes))];
        LeasedFaults faults = new(lease, new Random(Seed));
        List<string> wrong = [];
        for (int i = 0; i < Faults; i++)
        {
            lease.TakeTimeline();
            LeasedFault fault = kinds[i % kinds.Length];
            long since = lease.Tell(0, fault.ToString());
            (int[] excluded, int[] survivors) = await faults.CauseAsync(fault);
            LeasedReport before = LeasedReport.Of(lease, since, excluded, survivors);
            await faults.UndoAsync();
            LeasedReport report = LeasedReport.Of(lease, since, excluded, survivors) with { Pause = before.Pause };
            string line = string.Create(
                CultureInfo.InvariantCulture,
                $"{nodes} nodes, {transport}, {fault}, excluded [{string.Join(' ', excluded)}]: {report}");
            await TestContext.Progress.WriteLineAsync(line);
            if (report.Overlap > TimeSpan.Zero || report.Gap < TimeSpan.Zero)
            {
                wrong.Add(line + "\n" + lease.TakeTimeline());
                await TestContext.Progress.WriteLineAsync(wrong[^1]);
            }
        }

        Assert.That(wrong, Is.Empty);
    }
}
