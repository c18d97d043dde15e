namespace Quorum.Managed.Protocol;

/// <summary>The state of one node and its links, as the own node sees them. Immutable.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="IsReachable">Whether any link to it works.</param>
/// <param name="IsRemote">Whether knet calls it remote.</param>
/// <param name="IsExternal">Whether knet calls it external.</param>
/// <param name="Links">
/// The links that are configured. None for a node that a transport other than knet does not know.
/// </param>
/// <remarks>Source: corosync_cfg_node_status_get(3), protocol-docs/cfg.md, "NODESTATUSGET".</remarks>
public sealed record CfgNodeStatus(
    NodeId NodeId, bool IsReachable, bool IsRemote, bool IsExternal, IReadOnlyList<CfgLink> Links);
