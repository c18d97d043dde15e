namespace Quorum.Managed.Protocol.Cmap;

/// <summary>
/// A number of 64 bits: the handle that answers <see cref="CmapIterInitRequest"/> and
/// <see cref="CmapTrackAddRequest"/>, and the tag that answers <see cref="CmapTrackDeleteRequest"/>.
/// </summary>
/// <param name="Id">The id of the answer, or <see cref="StatusResponse.RefusalId"/> with an error.</param>
/// <param name="Error">The result.</param>
/// <param name="Handle">The number; 0 with an error.</param>
/// <remarks>Source: protocol-docs/cmap.md, "Handles".</remarks>
public readonly record struct CmapHandleResponse(int Id, CorosyncError Error, ulong Handle = 0)
    : IWireResponse<CmapHandleResponse>
{
    private const string Message = "cmap handle response";

    /// <summary>Bytes of the message.</summary>
    public static int Size => CmapLayout.HandleResponseSize;

    /// <inheritdoc/>
    static int IWireResponse<CmapHandleResponse>.MaxSize => Size + ResponseReader.Growth;

    /// <inheritdoc/>
    public static CmapHandleResponse Read(ReadOnlySpan<byte> source, int id)
    {
        ResponseHeader header = ResponseReader.ReadHeaderOfAtLeast(source, Message, id, Size);
        return header.Error != CorosyncError.Ok
            ? new CmapHandleResponse(header.Id, header.Error)
            : new CmapHandleResponse(
                header.Id, header.Error, new WireReader(source, Message, Size).UInt64(CmapLayout.HandleInResponse));
    }

    /// <summary>Writes the message; padding is zero.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForResponse(destination, Id, Size, Error);
        writer.UInt64(CmapLayout.HandleInResponse, Handle);
        return writer.Length;
    }
}
