using System.Diagnostics;
using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>Does to a cluster what a fault stands for, and undoes it. Nodes and times are chosen at random.</summary>
internal sealed class LeasedFaults(LeaseCluster lease, Random random)
{
    private readonly CorosyncCluster _cluster = lease.Cluster;
    private readonly int _nodes = lease.Ids.Count;
    private readonly HashSet<int> _down = [];

    // corosync's own time-outs for this number of nodes.
    private TimeSpan Token => TimeSpan.FromMilliseconds(3000 + (650 * Math.Max(0, _nodes - 2)));

    private TimeSpan Consensus => Token * 1.2;

    /// <summary>Whether a cluster of this size can have the fault.</summary>
    public static bool IsPossible(LeasedFault fault, int nodes) => fault switch
    {
        LeasedFault.Wake or LeasedFault.HealMeanwhile or LeasedFault.Leave => nodes >= 3,
        LeasedFault.Handover or LeasedFault.WakeAgainstReturned => nodes >= 3,
        LeasedFault.KillMeanwhile => nodes >= 5,
        LeasedFault.LeaveMeanwhile => nodes >= 8,
        _ => true,
    };

    /// <summary>Causes the fault. The nodes that it excludes, and the survivors, for the report.</summary>
    public async Task<(int[] Excluded, int[] Survivors)> CauseAsync(LeasedFault fault)
    {
        int node = random.Next(1, _nodes + 1);
        switch (fault)
        {
            case LeasedFault.Stop:
                await _cluster.PauseAsync(node);
                await ExcludedAsync(node);
                await _cluster.ContinueAsync(node);
                return ([node], Rest(node));
            case LeasedFault.Kill:
                await KillAsync(node);
                await ExcludedAsync(node);
                return ([node], Rest(node));
            case LeasedFault.Leave:
                await LeaveAsync(node);
                await ExcludedAsync(node);
                return ([node], Rest(node));
            case LeasedFault.Cut:
                return await CutAsync(Minority());
            case LeasedFault.CutUnderLoad:
                using (new BusyProcessors())
                {
                    return await CutAsync(Minority());
                }

            case LeasedFault.SendingCut:
                await _cluster.CutSendingAsync(node);
                await ExcludedAsync(node);
                return ([node], Rest(node));
            case LeasedFault.ReceivingCut:
                await _cluster.CutReceivingAsync(node);
                await ExcludedAsync(node);
                return ([node], Rest(node));
            case LeasedFault.KillMeanwhile:
                return await KillMeanwhileAsync(node);
            case LeasedFault.HealMeanwhile:
                await _cluster.PartitionAsync(Text([node]));
                await PassAsync((Token + Consensus) * 1.3);
                return ([node], Rest(node));
            case LeasedFault.LeaveMeanwhile:
                return await LeaveMeanwhileAsync();
            case LeasedFault.Handover:
                return await HandOverAsync(node);
            case LeasedFault.Wake:
                return await WakeAsync(node);
            case LeasedFault.WakeAgainstReturned:
                return await WakeAgainstReturnedAsync(node);
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault, "No such fault.");
        }
    }

    /// <summary>Makes the cluster whole again.</summary>
    public async Task UndoAsync()
    {
        await _cluster.HealAsync();
        foreach (int node in _down.ToArray())
        {
            await StartAsync(node);
        }

        await lease.AgreeAsync();
    }

    private static string Text(IEnumerable<int> ids) => string.Join(' ', ids.Select(
        static id => id.ToString(CultureInfo.InvariantCulture)));

    private Task KillAsync(int node)
    {
        _down.Add(node);
        return _cluster.KillAsync(node);
    }

    private Task LeaveAsync(int node)
    {
        _down.Add(node);
        return _cluster.StopAsync(node);
    }

    private async Task StartAsync(int node)
    {
        await _cluster.StartNodeAsync(node);
        _down.Remove(node);
        lease.Follow(node);
    }

    private async Task<(int[] Excluded, int[] Survivors)> CutAsync(int[] minority)
    {
        await _cluster.PartitionAsync(Text(minority));
        await ExcludedAsync(minority);
        return (minority, Rest(minority));
    }

    private async Task<(int[] Excluded, int[] Survivors)> KillMeanwhileAsync(int node)
    {
        int other = Rest(node)[random.Next(_nodes - 1)];
        await _cluster.PartitionAsync(Text([node]));
        await PassAsync((Token + Consensus) * 1.2);
        await KillAsync(other);
        await ExcludedAsync(node, other);
        return ([node, other], Rest(node, other));
    }

    private async Task<(int[] Excluded, int[] Survivors)> LeaveMeanwhileAsync()
    {
        await _cluster.PartitionAsync("1 2", Text(Enumerable.Range(3, _nodes - 2)));
        await LeaveAsync(_nodes);
        await ExcludedAsync(1, 2, _nodes);
        return ([1, 2], Rest(1, 2, _nodes));
    }

    private async Task<(int[] Excluded, int[] Survivors)> HandOverAsync(int loner)
    {
        int deaf = Rest(loner)[random.Next(_nodes - 1)];
        await _cluster.PartitionAsync(Text([loner]));
        await ExcludedAsync(loner);
        await _cluster.HealAsync();
        await _cluster.CutSendingAsync(loner);
        await PassAsync(Consensus * 1.5);
        await _cluster.HealAsync();
        await _cluster.DropAsync([loner], [deaf]);
        await _cluster.DropAsync([deaf], [loner]);
        await PassAsync(Consensus * 2);
        return ([], []);
    }

    private async Task<(int[] Excluded, int[] Survivors)> WakeAsync(int node)
    {
        await _cluster.PauseAsync(node);
        bool isLate = random.Next(2) == 0;
        if (!isLate)
        {
            await _cluster.PartitionAsync(Text([node]));
        }

        await ExcludedAsync(node);
        if (isLate)
        {
            await _cluster.PartitionAsync(Text([node]));
        }

        await ContinueAsync(node);
        return ([node], Rest(node));
    }

    private async Task<(int[] Excluded, int[] Survivors)> WakeAgainstReturnedAsync(int node)
    {
        int returned = Rest(node)[random.Next(_nodes - 1)];
        await KillAsync(returned);
        await ExcludedAsync(returned);
        await _cluster.PauseAsync(node);
        await StartAsync(returned);
        await ExcludedAsync(node);
        await _cluster.PartitionAsync(Text([node]));
        await ContinueAsync(node);
        return ([], []);
    }

    private async Task ContinueAsync(int node)
    {
        lease.Tell(0, $"SIGCONT {node}");
        await _cluster.ContinueAsync(node);
        await lease.WaitAsync(news => news.Node == node && news.Lists(node), $"the truth on node {node}");
    }

    // Waits until the rest gives a leased yes without these nodes. Without quorum: until it says no.
    private async Task ExcludedAsync(params int[] nodes)
    {
        int[] rest = Rest(nodes);
        bool quorate = rest.Length > _nodes / 2;
        foreach (int id in rest)
        {
            await lease.ExpectAsync(
                id,
                snapshot => snapshot.IsQuorate == quorate && snapshot is { IsChanging: false }
                    && snapshot.Members.Count == rest.Length && (quorate || snapshot.State == QuorumState.Inquorate),
                $"without {Text(nodes)}");
        }
    }

    // A random part of a time.
    private async Task PassAsync(TimeSpan most)
    {
        TimeSpan time = most * random.NextDouble();
        lease.Tell(0, string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F0} ms pass"));
        long start = Stopwatch.GetTimestamp();
        await Wait.UntilAsync(() => Stopwatch.GetElapsedTime(start) >= time, "the time to pass", LeaseCluster.Bound);
    }

    private int[] Rest(params int[] nodes) => [.. lease.Others(nodes)];

    private int[] Minority()
    {
        int size = random.Next(1, Math.Max(1, (_nodes - 1) / 2) + 1);
        return [.. lease.Ids.OrderBy(_ => random.Next()).Take(size).Order()];
    }

    private sealed class BusyProcessors : IDisposable
    {
        private readonly Thread[] _threads;
        private volatile bool _isOver;

        public BusyProcessors()
        {
            _threads = [.. Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(_ => new Thread(Run))];
            Array.ForEach(_threads, thread => thread.Start());
        }

        public void Dispose()
        {
            _isOver = true;
            Array.ForEach(_threads, thread => thread.Join());
        }

        private void Run()
        {
            while (!_isOver)
            {
                Thread.SpinWait(1000);
            }
        }
    }
}
