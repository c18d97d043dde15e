namespace Quorum.Managed.Protocol;

/// <summary>Sizes and names that both ends of the protocol agree on. All sizes are in bytes.</summary>
/// <remarks>Source: protocol-docs/handshake.md and protocol-docs/quorum-messages.md.</remarks>
public static class WireLimits
{
    /// <summary>The most nodes a corosync cluster, and so any list in a message, can have.</summary>
    public const int MaxNodes = 384;

    /// <summary>Size of the handshake's request.</summary>
    public const int ConnectRequestSize = 24;

    /// <summary>Size of the handshake's response, of a refusal too.</summary>
    public const int ConnectResponseSize = 12328;

    /// <summary>Size of the header that each request begins with.</summary>
    public const int RequestHeaderSize = 16;

    /// <summary>Size of the header that each response and each event begins with.</summary>
    public const int ResponseHeaderSize = 24;

    /// <summary>
    /// The smallest maximum message size that libqb's own client asks for. Newer daemons disconnect a client that asks
    /// for less than the largest request.
    /// </summary>
    public const int MinMaxMessageSize = 12328;

    /// <summary>
    /// The maximum message size that a connection to cmap needs for any value, and for a notification with two of them.
    /// With less the daemon drops long answers and events. Over shared memory no event comes after one that was
    /// dropped.
    /// </summary>
    public const int CmapMaxMessageSize = 36864;

    /// <summary>The largest notification of cmap: two values of 16385 bytes.</summary>
    public const int LargestCmapEventSize = 336 + (2 * 16385);

    /// <summary>
    /// The largest notification of votequorum: the state of all nodes, and of the quorum device as one more.
    /// </summary>
    public const int LargestVoteQuorumEventSize = 48 + (8 * (MaxNodes + 1));

    /// <summary>
    /// Room for an event of cfg, whose largest known one has 32 bytes. Longer ones, of newer daemons, are skipped.
    /// </summary>
    public const int LargestCfgEventSize = 4096;

    /// <summary>The largest message of the quorum service: a node list notification with three full lists.</summary>
    public const int LargestEventSize = 64 + (3 * 4 * MaxNodes);

    /// <summary>The service's name, from which its socket address is made.</summary>
    public const string ServiceName = "quorum";

    /// <summary>The name of corosync's configuration map, another service of the same daemon.</summary>
    public const string CmapServiceName = "cmap";

    /// <summary>
    /// The name of the service that counts votes. It exists only with <c>quorum { provider: corosync_votequorum }</c>.
    /// </summary>
    public const string VoteQuorumServiceName = "votequorum";

    /// <summary>The name of the service that knows the links between nodes.</summary>
    public const string CfgServiceName = "cfg";
}
