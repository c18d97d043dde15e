using Quorum.Managed.Protocol.Layout;

namespace Quorum.Managed.Protocol;

/// <summary>Answers <see cref="CmapGetRequest"/>.</summary>
/// <param name="Error"><see cref="CorosyncError.Ok"/> when the key exists, <see cref="CorosyncError.NotExist"/> when not.</param>
/// <param name="ValueLength">The length of the key's value in bytes.</param>
/// <param name="ValueType">The value's type, as corosync/cmap.h numbers them.</param>
/// <remarks>Source: cmap_get(3), protocol-docs/cmap-get.md, "CMAP_GET response".</remarks>
public readonly record struct CmapGetResponse(CorosyncError Error, ulong ValueLength = 0, byte ValueType = 0)
{
    /// <summary>Bytes of the message.</summary>
    public const int Size = CmapLayout.ResponseSize;

    /// <summary>Reads an answer.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static CmapGetResponse Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = WireReader.ForRequest(source, "CMAP_GET response", CmapLayout.Get, Size);
        return new CmapGetResponse(
            (CorosyncError)reader.Int32(HeaderLayout.Error), reader.UInt64(CmapLayout.ValueLength), reader.Byte(CmapLayout.ValueType));
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
