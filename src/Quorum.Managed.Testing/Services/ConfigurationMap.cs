using System.Globalization;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

// The keys of the configuration map that clients read, as a daemon with knet has them. protocol-docs/cmap.md, "Keys
// that clients read".
internal static class ConfigurationMap
{
    // The order is that of the real daemon.
    private static readonly (string Name, ushort Id)[] ServiceIds =
        [("cmap", 0), ("cfg", 1), ("quorum", 3), ("votequorum", 5)];

    public static SortedDictionary<string, CmapValue> Of(
        NodeState node, SimulatedCluster cluster, TotemTimes times, QuorumSimulatorOptions options)
    {
        SortedDictionary<string, CmapValue> map = new(StringComparer.Ordinal)
        {
            ["config.reload_in_progress"] = Small(0),
            ["config.totemconfig_reload_in_progress"] = Small(0),
            ["system.qb_ipc_type"] =
                CmapValue.Of(options.Transport == IpcConnectionType.Socket ? "socket" : "shm"),
            ["totem.cluster_name"] = CmapValue.Of(cluster.ClusterName),
            ["totem.transport"] = CmapValue.Of("knet"),
            ["totem.version"] = CmapValue.Of(2u),
            ["runtime.config.totem.token"] = CmapValue.Of(times.Token),
            ["runtime.config.totem.consensus"] = CmapValue.Of(times.Consensus),
            ["runtime.config.totem.hold"] = CmapValue.Of(times.Hold),
            ["runtime.config.totem.token_retransmit"] = CmapValue.Of(times.TokenRetransmit),
        };
        foreach ((string name, ushort id) in ServiceIds)
        {
            map[$"runtime.services.{name}.service_id"] =
                CmapValue.FromBytes(CmapValueType.U16, BitConverter.GetBytes(id));
        }

        AddNodes(map, node, cluster);
        AddMembers(map, node, cluster);
        if (cluster.QuorumType == QuorumType.Set)
        {
            AddVotes(map, node);
        }

        return map;
    }

    private static CmapValue Small(byte value) => CmapValue.FromBytes(CmapValueType.U8, [value]);

    private static void AddNodes(SortedDictionary<string, CmapValue> map, NodeState node, SimulatedCluster cluster)
    {
        for (int i = 0; i < cluster.Nodes.Count; i++)
        {
            NodeState other = cluster.Find(cluster.Nodes[i].Value);
            string prefix = string.Create(CultureInfo.InvariantCulture, $"nodelist.node.{i}.");
            map[prefix + "nodeid"] = CmapValue.Of(other.Id.Value);
            map[prefix + "name"] = CmapValue.Of(other.Name);
            if (other.Votes != 1)
            {
                map[prefix + "quorum_votes"] = CmapValue.Of((uint)other.Votes);
            }

            for (int link = 0; link < other.Addresses.Count; link++)
            {
                string ring = string.Create(CultureInfo.InvariantCulture, $"ring{link}_addr");
                map[prefix + ring] = CmapValue.Of(other.Addresses[link].ToString());
            }

            if (other == node)
            {
                map["nodelist.local_node_pos"] = CmapValue.Of((uint)i);
            }
        }
    }

    private static void AddMembers(SortedDictionary<string, CmapValue> map, NodeState node, SimulatedCluster cluster)
    {
        foreach (NodeId id in node.Known)
        {
            NodeState other = cluster.Find(id.Value);
            string prefix = string.Create(CultureInfo.InvariantCulture, $"runtime.members.{id}.");
            IEnumerable<string> addresses = other.Addresses.Select(static (address, link) =>
                string.Create(CultureInfo.InvariantCulture, $"r({link}) ip({address}) "));
            map[prefix + "config_version"] = CmapValue.Of(0UL);
            map[prefix + "ip"] = CmapValue.Of(string.Concat(addresses));
            map[prefix + "join_count"] = CmapValue.Of(1u);
            map[prefix + "status"] = CmapValue.Of(node.Members.Contains(id) ? "joined" : "left");
        }
    }

    private static void AddVotes(SortedDictionary<string, CmapValue> map, NodeState node)
    {
        map["quorum.provider"] = CmapValue.Of("corosync_votequorum");
        map["runtime.votequorum.this_node_id"] = CmapValue.Of(node.Id.Value);
        map["runtime.votequorum.lowest_node_id"] = CmapValue.Of(node.Members.Min().Value);
        map["runtime.votequorum.highest_node_id"] = CmapValue.Of(node.Members.Max().Value);
        map["runtime.votequorum.two_node"] = Small(0);
    }
}
