namespace Quorum.Managed.Protocol.Cfg;

/// <summary>Asks cfg for a node's addresses: corosync_cfg_get_node_addrs(3).</summary>
/// <param name="NodeId">The node; 0 is the own one.</param>
/// <remarks>Source: protocol-docs/cfg.md, "GET_NODE_ADDRS".</remarks>
public readonly record struct GetNodeAddressesRequest(NodeId NodeId) : IWireRequest<GetNodeAddressesResponse>
{
    /// <inheritdoc/>
    public static string Name => "cfg get_node_addrs";

    /// <inheritdoc/>
    public static int Id => CfgLayout.Addresses.Id;

    /// <inheritdoc/>
    public static int Size => CfgLayout.NumberSize;

    /// <inheritdoc/>
    public static int ResponseId => CfgLayout.Addresses.ResponseId;

    /// <summary>That the node is not known is an answer.</summary>
    /// <param name="error">The error of the answer.</param>
    /// <returns>Whether it is <see cref="CorosyncError.Ok"/> or <see cref="CorosyncError.NotExist"/>.</returns>
    public static bool IsAnswer(CorosyncError error) => error is CorosyncError.Ok or CorosyncError.NotExist;

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static GetNodeAddressesRequest Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = WireReader.ForRequest(source, "GET_NODE_ADDRS request", Id, Size);
        return new GetNodeAddressesRequest(new NodeId(reader.UInt32(CfgLayout.Number)));
    }

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForRequest(destination, Id, Size);
        writer.UInt32(CfgLayout.Number, NodeId.Value);
        return writer.Length;
    }
}
