using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>A node of the majority keeps its yes whatever happens to a node of the minority.</summary>
/// <remarks>
/// QUORUM_WAKEUPS is the number of rounds; each has six events. QUORUM_SECONDS is how long nothing happens.
/// </remarks>
public sealed class SurvivorTests : CorosyncFixture
{
    private static readonly int Rounds = LeaseSettings.Number("QUORUM_WAKEUPS", 1);

    private static readonly TimeSpan Peace = TimeSpan.FromSeconds(LeaseSettings.Number("QUORUM_SECONDS", 5));

    private static IEnumerable<TestCaseData> Cases => LeaseSettings.Cases(
        (3, ClusterTransport.Knet),
        (5, ClusterTransport.Knet),
        (8, ClusterTransport.Udpu));

    [TestCaseSource(nameof(Cases))]
    public async Task The_majority_keeps_its_yes_while_another_node_dies_leaves_is_cut_off_and_comes_back(
        int nodes, ClusterTransport transport)
    {
        await using LeaseCluster lease = await LeaseCluster.StartAsync(nodes, transport);
        int node = nodes;
        int[] survivors = [.. lease.Others(node)];
        Dictionary<string, int> losses = [];
        int before = 0;
        for (int i = 0; i < Rounds; i++)
        {
            await lease.Cluster.KillAsync(node);
            await ExcludedAsync("death");
            await StartAsync("return after a death");
            await lease.Cluster.StopAsync(node);
            await ExcludedAsync("leave");
            await StartAsync("return after a leave");
            await lease.Cluster.PartitionAsync(node.ToString(CultureInfo.InvariantCulture));
            await ExcludedAsync("cut");
            await lease.Cluster.HealAsync();
            await lease.AgreeAsync();
            Count("heal");
        }

        string line = $"{nodes} nodes, {transport}, {Rounds} rounds, losses of the survivors: "
            + string.Join(", ", losses.Select(pair => $"{pair.Key} {pair.Value}"));
        await TestContext.Progress.WriteLineAsync(line);
        Assert.That(losses.Values.Sum(), Is.Zero, line + "\n" + lease.TakeTimeline());

        async Task ExcludedAsync(string what)
        {
            foreach (int survivor in survivors)
            {
                await lease.ExpectAsync(
                    survivor,
                    snapshot => snapshot is { IsQuorate: true, IsChanging: false }
                        && snapshot.Members.Count == survivors.Length,
                    $"quorate without {node}");
            }

            Count(what);
        }

        async Task StartAsync(string what)
        {
            await lease.Cluster.StartNodeAsync(node);
            await lease.AgreeAsync();
            lease.Follow(node);
            Count(what);
        }

        void Count(string what)
        {
            int now = survivors.Sum(lease.LossesOf);
            losses[what] = losses.GetValueOrDefault(what) + now - before;
            before = now;
        }
    }

    // Busy: a program opens a connection to each node every 20 ms, and asks.
    [Test]
    public async Task All_nodes_keep_their_yes_while_nothing_happens_to_any([Values] bool busy)
    {
        await using LeaseCluster lease = await LeaseCluster.StartAsync(3, ClusterTransport.Knet);
        int before = lease.Ids.Sum(lease.LossesOf);
        CheckSampler[] askers = busy ? [.. lease.Ids.Select(id => new CheckSampler(lease.EndpointOf(id)))] : [];
        try
        {
            Quiet.For(Peace);
        }
        finally
        {
            Array.ForEach(askers, asker => asker.Dispose());
        }

        int losses = lease.Ids.Sum(lease.LossesOf) - before;
        int answers = askers.Sum(asker => asker.Answers.Count);
        string line = $"{Peace.TotalSeconds} s of peace, {answers} questions: {losses} losses";
        await TestContext.Progress.WriteLineAsync(line);
        Assert.That(losses, Is.Zero, line + "\n" + lease.TakeTimeline());
        Assert.That(askers.SelectMany(asker => asker.Answers).Select(answer => answer.Quorate), Is.All.True);
    }
}
