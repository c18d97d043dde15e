using System.Diagnostics;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>Injects random faults into a three-node cluster and repairs them.</summary>
/// <remarks>A seed always gives the same faults.</remarks>
internal sealed class MonitorFaults(CorosyncCluster cluster, MonitorTimeline timeline, Random random)
{
    private static readonly string[][] Cuts = [["1 2", "3"], ["1 3", "2"], ["2 3", "1"], ["1", "2", "3"]];
    private readonly HashSet<int> _dead = [];
    private readonly List<(int Node, DateTimeOffset From, DateTimeOffset To)> _paused = [];
    private readonly Dictionary<int, DateTimeOffset> _pausedNow = [];

    /// <summary>The times for which a daemon was stopped.</summary>
    public IEnumerable<(int Node, DateTimeOffset From, DateTimeOffset To)> Pauses =>
        _paused.Concat(_pausedNow.Select(pair => (pair.Key, pair.Value, DateTimeOffset.MaxValue)));

    /// <summary>Injects one fault, and lets a random time pass.</summary>
    public async Task InjectAsync(int number)
    {
        int node = random.Next(1, 4);
        switch (random.Next(8))
        {
            case 0 or 1:
                string[] groups = Cuts[random.Next(Cuts.Length)];
                Say(number, $"partition {string.Join(" | ", groups)}");
                await cluster.PartitionAsync(groups);
                break;
            case 2:
                Say(number, "heal");
                await cluster.HealAsync();
                break;
            case 3 when _dead.Count < 2 && _dead.Add(node):
                Say(number, $"SIGKILL {node}");
                await ContinueAsync(node);
                await cluster.KillAsync(node);
                break;
            case 4 when _dead.Count < 2 && _dead.Add(node):
                Say(number, $"SIGTERM {node}");
                await ContinueAsync(node);
                await cluster.StopAsync(node);
                break;
            case 5 or 6 when !_dead.Contains(node) && !_pausedNow.ContainsKey(node):
                Say(number, $"SIGSTOP {node}");
                _pausedNow[node] = DateTimeOffset.UtcNow;
                await cluster.PauseAsync(node);
                break;
            default:
                await SlowAsync(number);
                break;
        }

        await PassAsync(random.Next(0, 1800));
        if (random.Next(2) == 0)
        {
            foreach (int paused in _pausedNow.Keys.ToArray())
            {
                await ContinueAsync(paused);
            }
        }
    }

    /// <summary>Ends all faults.</summary>
    public async Task RepairAsync()
    {
        timeline.Add(0, "repair all");
        foreach (int node in _pausedNow.Keys.ToArray())
        {
            await ContinueAsync(node);
        }

        await cluster.HealAsync();
        foreach (int node in _dead)
        {
            timeline.Add(0, $"start {node}");
            await cluster.StartNodeAsync(node);
        }

        _dead.Clear();
        await cluster.WaitMembersAsync([1, 2, 3], quorate: true);
        timeline.Add(0, "corosync-quorumtool: all three together and quorate");
    }

    // The faults follow a random schedule, so there is no event to wait for.
    private static async Task PassAsync(int milliseconds)
    {
        using PeriodicTimer schedule = new(TimeSpan.FromMilliseconds(Math.Max(1, milliseconds)));
        await schedule.WaitForNextTickAsync();
    }

    private async Task ContinueAsync(int node)
    {
        if (_pausedNow.Remove(node, out DateTimeOffset from))
        {
            timeline.Add(0, $"SIGCONT {node}");
            await cluster.ContinueAsync(node);
            _paused.Add((node, from, DateTimeOffset.UtcNow));
        }
    }

    // A bad network for a while. The links come and go, because not every kernel has netem to lose and delay packets.
    private async Task SlowAsync(int number)
    {
        Say(number, "slow network");
        Stopwatch watch = Stopwatch.StartNew();
        while (watch.ElapsedMilliseconds < 800)
        {
            await cluster.PartitionAsync(Cuts[random.Next(3)]);
            await PassAsync(random.Next(20, 150));
            await cluster.HealAsync();
            await PassAsync(random.Next(20, 150));
        }
    }

    private void Say(int number, string what) => timeline.Add(0, $"{number}: {what}");
}
