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
    /// The maximum message size that a connection to cmap needs for any value: the smallest one would lose answers with
    /// room for the longest value.
    /// </summary>
    public const int CmapMaxMessageSize = 20480;

    /// <summary>The largest message of the quorum service: a node list notification with three full lists.</summary>
    public const int LargestEventSize = 64 + (3 * 4 * MaxNodes);

    /// <summary>The service's name, from which its socket address is made.</summary>
    public const string ServiceName = "quorum";

    /// <summary>The name of corosync's configuration map, another service of the same daemon.</summary>
    public const string CmapServiceName = "cmap";
}
