using System.Globalization;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// What cmap tells of the cluster and its configured nodes.
internal sealed record ConfigurationPicture(
    string? ClusterName,
    string? Transport,
    NodeId? LocalNode,
    IReadOnlyDictionary<NodeId, ConfiguredNode> Nodes)
{
    public const string NodeListPrefix = "nodelist.";

    // Each node has about a dozen. A service that never ends its list must not be read for ever.
    private const int MostKeys = 65_536;

    private const string NodePrefix = NodeListPrefix + "node.";

    public static async ValueTask<ConfigurationPicture> ReadAsync(
        CmapConnection connection, CancellationToken cancellationToken)
    {
        SortedDictionary<int, ConfiguredNode> byPosition = [];
        CmapValue? local = null;
        int keys = 0;
        await foreach ((string key, CmapValue value) in
            connection.ListAsync(NodeListPrefix, cancellationToken).ConfigureAwait(false))
        {
            if (++keys > MostKeys)
            {
                throw QuorumErrors.TooManyKeys(NodeListPrefix, MostKeys);
            }

            if (string.Equals(key, "nodelist.local_node_pos", StringComparison.Ordinal))
            {
                local = value;
            }
            else if (Position(key, out string field) is { } position)
            {
                ConfiguredNode node = byPosition.GetValueOrDefault(position) ?? new ConfiguredNode();
                byPosition[position] = node.With(field, value);
            }
        }

        Dictionary<NodeId, ConfiguredNode> nodes = [];
        foreach (ConfiguredNode node in byPosition.Values.Where(static node => node.Id is not null))
        {
            nodes[node.Id!.Value] = node;
        }

        return new ConfigurationPicture(
            await TextAsync(connection, "totem.cluster_name", cancellationToken).ConfigureAwait(false),
            await TextAsync(connection, "totem.transport", cancellationToken).ConfigureAwait(false),
            local is { } found && found.TryGetUInt64(out ulong own) && own <= int.MaxValue
                ? byPosition.GetValueOrDefault((int)own)?.Id
                : null,
            nodes);
    }

    // The N and the field of nodelist.node.N.FIELD. N is no node id.
    private static int? Position(string key, out string field)
    {
        field = "";
        if (!key.StartsWith(NodePrefix, StringComparison.Ordinal))
        {
            return null;
        }

        ReadOnlySpan<char> rest = key.AsSpan(NodePrefix.Length);
        int dot = rest.IndexOf('.');
        if (dot < 0 || !int.TryParse(rest[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out int position))
        {
            return null;
        }

        field = rest[(dot + 1)..].ToString();
        return position;
    }

    private static async ValueTask<string?> TextAsync(
        CmapConnection connection, string key, CancellationToken cancellationToken) =>
        await connection.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } value
            && value.TryGetText(out string? text)
            ? text
            : null;
}
