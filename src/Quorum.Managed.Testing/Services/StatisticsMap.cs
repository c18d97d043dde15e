using System.Globalization;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

// The keys of the statistics map that clients read: the token's, and those of the links.
internal static class StatisticsMap
{
    private const uint Mtu = 1446;
    private const uint OwnMtu = 65535;

    // Rings since the daemon started: it entered gather for each, and has left gather again. The real daemon refreshes
    // the time since the last token every 1.5 s.
    public static CmapValue? Find(string key, TokenCounter tokens, ulong rings) => key switch
    {
        "stats.srp.orf_token_rx" => CmapValue.Of(tokens.Count),
        "stats.srp.time_since_token_last_received" => CmapValue.Of((ulong)tokens.SinceLast.TotalMilliseconds),
        "stats.srp.gather_entered" or "stats.srp.commit_entered" or "stats.srp.operational_entered" =>
            CmapValue.Of(rings),
        _ => null,
    };

    public static SortedDictionary<string, CmapValue> Of(
        NodeState node, SimulatedCluster cluster, TokenCounter tokens, ulong rings)
    {
        SortedDictionary<string, CmapValue> map = new(StringComparer.Ordinal);
        foreach (string key in (string[])
            [
                "stats.srp.orf_token_rx", "stats.srp.time_since_token_last_received", "stats.srp.gather_entered",
                "stats.srp.commit_entered",
                "stats.srp.operational_entered",
            ])
        {
            map[key] = Find(key, tokens, rings)!.Value;
        }

        foreach (NodeId id in cluster.Nodes)
        {
            NodeState other = cluster.Find(id.Value);
            for (int link = 0; link < other.Addresses.Count; link++)
            {
                string prefix = string.Create(CultureInfo.InvariantCulture, $"stats.knet.node{id}.link{link}.");
                map[prefix + "connected"] = Small(node.IsConnectedTo(other, link));
                map[prefix + "enabled"] = Small(true);
                map[prefix + "mtu"] = CmapValue.Of(MtuOf(node, other));
            }
        }

        return map;
    }

    public static uint MtuOf(NodeState node, NodeState other) => node == other ? OwnMtu : Mtu;

    private static CmapValue Small(bool value) =>
        CmapValue.FromBytes(CmapValueType.U8, [value ? (byte)1 : (byte)0]);
}
