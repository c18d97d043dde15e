namespace Quorum.Managed.Protocol.Cmap;

/// <summary>Answers <see cref="CmapGetRequest"/>.</summary>
/// <param name="Error">
/// <see cref="CorosyncError.Ok"/> when the key exists, <see cref="CorosyncError.NotExist"/> when not.
/// </param>
/// <param name="ValueLength">The length of the key's value in bytes.</param>
/// <param name="ValueType">The value's type, as corosync/cmap.h numbers them.</param>
/// <remarks>Source: cmap_get(3), protocol-docs/cmap-get.md, "CMAP_GET response".</remarks>
public readonly record struct CmapGetResponse(CorosyncError Error, ulong ValueLength = 0, byte ValueType = 0)
    : IWireResponse<CmapGetResponse>
{
    /// <summary>Bytes of the message.</summary>
    public static int Size => CmapLayout.ResponseSize;

    /// <inheritdoc/>
    static int IWireResponse<CmapGetResponse>.MaxSize => Size;

    /// <inheritdoc/>
    public static CmapGetResponse Read(ReadOnlySpan<byte> source, int id)
    {
        const string Message = "CMAP_GET response";
        ResponseHeader header = ResponseReader.ReadHeader(source, Message, id, Size);
        if (header.Size != Size)
        {
            return new CmapGetResponse(header.Error);
        }

        WireReader reader = new(source, Message, Size);
        return new CmapGetResponse(
            header.Error, reader.UInt64(CmapLayout.ValueLength), reader.Byte(CmapLayout.ValueType));
    }

    /// <summary>Writes the message; padding is zero.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written: <see cref="Size"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForResponse(destination, CmapLayout.Get, Size, Error);
        writer.UInt64(CmapLayout.ValueLength, ValueLength);
        destination[CmapLayout.ValueType] = ValueType;
        return writer.Length;
    }
}
