using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// A node of corosync.conf's node list.
internal sealed record ConfiguredNode(NodeId? Id = null, string? Name = null, IReadOnlyList<string>? Addresses = null)
{
    // The fields come in the order of their names, and so the addresses in the order of their links.
    public ConfiguredNode With(string field, CmapValue value)
    {
        if (string.Equals(field, "nodeid", StringComparison.Ordinal))
        {
            return value.TryGetUInt64(out ulong id) && id <= uint.MaxValue
                ? this with { Id = new NodeId((uint)id) }
                : this;
        }

        if (!value.TryGetText(out string? text))
        {
            return this;
        }

        if (string.Equals(field, "name", StringComparison.Ordinal))
        {
            return this with { Name = text };
        }

        bool isAddress = field.StartsWith("ring", StringComparison.Ordinal)
            && field.EndsWith("_addr", StringComparison.Ordinal);
        return isAddress ? this with { Addresses = [.. Addresses ?? [], text] } : this;
    }
}
