namespace Quorum.Managed.Protocol;

/// <summary>One link from the own node to another.</summary>
/// <param name="Number">The link's number, 0 to 7.</param>
/// <param name="IsEnabled">Whether the link is used. It stays so when the other node is lost.</param>
/// <param name="IsConnected">
/// Whether the other end answers. Only knet tests it. With another transport it is so until the node is lost.
/// </param>
/// <param name="Mtu">The bytes of a packet on the link. The own node's is 65535.</param>
/// <param name="Source">
/// The own address. With a transport other than knet: the other node's, and <paramref name="Destination"/> is empty.
/// </param>
/// <param name="Destination">The other node's address.</param>
/// <param name="IsDynamicallyConnected">
/// Whether the other node connected from an address that was not configured.
/// </param>
/// <remarks>Source: corosync_cfg_node_status_get(3), protocol-docs/cfg.md, "NODESTATUSGET".</remarks>
public readonly record struct CfgLink(
    int Number,
    bool IsEnabled,
    bool IsConnected,
    uint Mtu,
    string Source,
    string Destination,
    bool IsDynamicallyConnected = false);
