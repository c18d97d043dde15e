using Quorum.Managed.Protocol;

namespace Quorum.Managed.Gateway;

// What the statistics map tells of one link to another node. Only knet measures links. Null is not known.
internal sealed record LinkStatistics(NodeId Node, int Link, ulong? LatencyMicroseconds, ulong? DownCount)
{
    public static async ValueTask<IReadOnlyList<LinkStatistics>> ReadAsync(
        CmapConnection statistics, ClusterView view, CancellationToken cancellationToken)
    {
        List<LinkStatistics> links = [];
        foreach (ClusterNode node in view.Nodes.Where(static node => !node.IsLocal))
        {
            foreach (CfgLink link in node.Links ?? [])
            {
                string prefix = $"stats.knet.node{node.Id}.link{link.Number}.";
                ulong? latency = await statistics
                    .GetUInt64Async(prefix + "latency_ave", cancellationToken);
                ulong? downs = await statistics
                    .GetUInt64Async(prefix + "down_count", cancellationToken);
                // 0 is a link that has not been measured yet.
                links.Add(new LinkStatistics(node.Id, link.Number, latency == 0 ? null : latency, downs));
            }
        }

        return links;
    }
}
