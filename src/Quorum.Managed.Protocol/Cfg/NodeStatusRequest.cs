namespace Quorum.Managed.Protocol.Cfg;

/// <summary>
/// Asks cfg for the state of a node and its links: corosync_cfg_node_status_get(3). It exists since corosync 3.1.1.
/// Never send it to corosync 2.x, which does not check the id and can crash.
/// </summary>
/// <param name="NodeId">The node. 0 is no node here.</param>
/// <remarks>Source: protocol-docs/cfg.md, "NODESTATUSGET".</remarks>
public readonly record struct NodeStatusRequest(NodeId NodeId) : IWireRequest<NodeStatusResponse>
{
    private const string Message = "NODESTATUSGET request";

    /// <inheritdoc/>
    public static string Name => "cfg node_status_get";

    /// <inheritdoc/>
    public static int Id => CfgLayout.NodeStatus.Id;

    /// <inheritdoc/>
    public static int Size => CfgLayout.NodeStatus.RequestSize;

    /// <inheritdoc/>
    public static int ResponseId => CfgLayout.NodeStatus.ResponseId;

    /// <summary>That the node is not known is an answer.</summary>
    /// <param name="error">The error of the answer.</param>
    /// <returns>
    /// Whether it is <see cref="CorosyncError.Ok"/> or <see cref="CorosyncError.FailedOperation"/>.
    /// </returns>
    public static bool IsAnswer(CorosyncError error) => error is CorosyncError.Ok or CorosyncError.FailedOperation;

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">
    /// Too few bytes, a wrong id or size in the header, or another version of the structure.
    /// </exception>
    public static NodeStatusRequest Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = WireReader.ForRequest(source, Message, Id, Size);
        uint version = reader.UInt32(CfgLayout.NodeStatus.RequestVersion);
        if (version != CfgLayout.NodeStatus.CurrentVersion)
        {
            Throw.Malformed(Message, $"version {version}.");
        }

        return new NodeStatusRequest(new NodeId(reader.UInt32(CfgLayout.Number)));
    }

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForRequest(destination, Id, Size);
        writer.UInt32(CfgLayout.Number, NodeId.Value);
        writer.UInt32(CfgLayout.NodeStatus.RequestVersion, CfgLayout.NodeStatus.CurrentVersion);
        return writer.Length;
    }
}
