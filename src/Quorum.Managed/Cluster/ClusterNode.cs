using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>One node of a <see cref="ClusterView"/>. Immutable.</summary>
public sealed record ClusterNode
{
    /// <summary>The node's id.</summary>
    public NodeId Id { get; init; }

    /// <summary>Whether it is the node whose corosync was asked.</summary>
    public bool IsLocal { get; init; }

    /// <summary>
    /// Its name in corosync.conf; <see langword="null"/> without one, or when the configuration is missing.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>
    /// Its addresses, one a link: as cfg tells them, or as corosync.conf has them. Empty when neither is known.
    /// </summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>Its votes; <see langword="null"/> when votequorum does not know the node, or is missing.</summary>
    public uint? Votes { get; init; }

    /// <summary>Whether it is a member.</summary>
    public ClusterNodeState State { get; init; }

    /// <summary>
    /// Whether a link to it works; <see langword="null"/> when the links are missing. The own node always is reachable.
    /// </summary>
    public bool? IsReachable { get; init; }

    /// <summary>The links to it; <see langword="null"/> when they are missing.</summary>
    public IReadOnlyList<CfgLink>? Links { get; init; }
}
