namespace Quorum.Managed.Protocol.Cfg;

/// <summary>Answers <see cref="LocalGetRequest"/>.</summary>
/// <param name="Error">The result.</param>
/// <param name="NodeId">The own node; 0 with an error.</param>
/// <remarks>Source: protocol-docs/cfg.md, "LOCAL_GET".</remarks>
public readonly record struct LocalGetResponse(CorosyncError Error, NodeId NodeId = default)
    : IWireResponse<LocalGetResponse>
{
    private const string Message = "LOCAL_GET response";

    /// <summary>Bytes of the message.</summary>
    public static int Size => CfgLayout.LocalNode.Size;

    /// <inheritdoc/>
    static int IWireResponse<LocalGetResponse>.MaxSize => Size + ResponseReader.Growth;

    /// <inheritdoc/>
    public static LocalGetResponse Read(ReadOnlySpan<byte> source, int id)
    {
        ResponseHeader header = ResponseReader.ReadHeaderOfAtLeast(source, Message, id, Size);
        return header.Error != CorosyncError.Ok
            ? new LocalGetResponse(header.Error)
            : new LocalGetResponse(
                header.Error, new NodeId(new WireReader(source, Message, Size).UInt32(CfgLayout.LocalNode.NodeId)));
    }

    /// <summary>Writes the message; padding is zero.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForResponse(destination, CfgLayout.LocalNode.ResponseId, Size, Error);
        writer.UInt32(CfgLayout.LocalNode.NodeId, NodeId.Value);
        return writer.Length;
    }
}
