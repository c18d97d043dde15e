namespace Quorum.Managed.Protocol.Cmap;

/// <summary>Answers <see cref="CmapIterNextRequest"/>.</summary>
/// <param name="Error">
/// <see cref="CorosyncError.Ok"/>, or <see cref="CorosyncError.NoSections"/> at the end.
/// </param>
/// <param name="Key">The key; the default value with an error.</param>
/// <remarks>Source: protocol-docs/cmap.md, "ITER_NEXT".</remarks>
public readonly record struct CmapIterNextResponse(CorosyncError Error, CmapKey Key = default)
    : IWireResponse<CmapIterNextResponse>
{
    private const string Message = "ITER_NEXT response";

    /// <summary>Bytes of the message, also with an error.</summary>
    public static int Size => CmapLayout.Iteration.NextSize;

    /// <inheritdoc/>
    static int IWireResponse<CmapIterNextResponse>.MaxSize => Size + ResponseReader.Growth;

    /// <inheritdoc/>
    public static CmapIterNextResponse Read(ReadOnlySpan<byte> source, int id)
    {
        ResponseHeader header = ResponseReader.ReadHeaderOfAtLeast(source, Message, id, Size);
        if (header.Error != CorosyncError.Ok)
        {
            return new CmapIterNextResponse(header.Error);
        }

        WireReader reader = new(source, Message, Size);
        return new CmapIterNextResponse(header.Error, new CmapKey(
            CmapKeys.ReadName(source, CmapLayout.Iteration.Name, Message),
            (CmapValueType)reader.Byte(CmapLayout.Iteration.ValueType),
            reader.UInt64(CmapLayout.Iteration.ValueLength)));
    }

    /// <summary>Writes the message as a daemon does; padding, and with an error the body, is zero.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="destination"/> is too small, or the key cannot be one.
    /// </exception>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForResponse(destination, CmapLayout.Iteration.Next, Size, Error);
        if (Error == CorosyncError.Ok)
        {
            CmapKeys.WriteName(destination, CmapLayout.Iteration.Name, CmapKeys.Checked(Key.Name, nameof(Key)));
            writer.UInt64(CmapLayout.Iteration.ValueLength, Key.Length);
            writer.Byte(CmapLayout.Iteration.ValueType, (byte)Key.Type);
        }

        return writer.Length;
    }
}
