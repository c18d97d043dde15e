using Quorum.Managed.Protocol;

namespace Quorum.Managed.Gateway;

// A link from this node to another, with what the statistics say of it.
internal sealed record LinkState(
    ClusterNode Node,
    int Number,
    string Source,
    bool IsUp,
    bool IsTested,
    uint Mtu,
    ulong? LatencyMicroseconds,
    ulong? DownCount)
{
    // A transport other than knet does not test its links: there a link is up until the node is lost.
    public static IEnumerable<LinkState> Of(ClusterPicture picture) =>
        from node in picture.View.Nodes
        where !node.IsLocal
        from link in node.Links ?? []
        let statistics = picture.Statistics.FirstOrDefault(
            found => found.Node == node.Id && found.Link == link.Number)
        select new LinkState(
            node,
            link.Number,
            link.Source,
            link is { IsEnabled: true, IsConnected: true },
            picture.View.Transport is null or "knet",
            link.Mtu,
            statistics?.LatencyMicroseconds,
            statistics?.DownCount);
}
