namespace Quorum.Managed.Protocol.VoteQuorum;

/// <summary>Asks votequorum about a node and the votes of the partition: votequorum_getinfo(3).</summary>
/// <param name="NodeId">The node; 0 is the own one.</param>
/// <remarks>Source: protocol-docs/votequorum.md, "GETINFO".</remarks>
public readonly record struct GetInfoRequest(NodeId NodeId) : IWireRequest<GetInfoResponse>
{
    /// <inheritdoc/>
    public static string Name => "votequorum getinfo";

    /// <inheritdoc/>
    public static int Id => VoteQuorumLayout.GetInfo;

    /// <inheritdoc/>
    public static int Size => VoteQuorumLayout.InfoRequest.Size;

    /// <inheritdoc/>
    public static int ResponseId => VoteQuorumLayout.InfoResponse;

    /// <summary>That the node is not known is an answer.</summary>
    /// <param name="error">The error of the answer.</param>
    /// <returns>Whether it is <see cref="CorosyncError.Ok"/> or <see cref="CorosyncError.NotExist"/>.</returns>
    public static bool IsAnswer(CorosyncError error) => error is CorosyncError.Ok or CorosyncError.NotExist;

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static GetInfoRequest Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = WireReader.ForRequest(source, "GETINFO request", Id, Size);
        return new GetInfoRequest(new NodeId(reader.UInt32(VoteQuorumLayout.InfoRequest.NodeId)));
    }

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForRequest(destination, Id, Size);
        writer.UInt32(VoteQuorumLayout.InfoRequest.NodeId, NodeId.Value);
        return writer.Length;
    }
}
