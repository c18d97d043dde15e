namespace Quorum.Managed.Protocol.Cmap;

/// <summary>Answers <see cref="CmapGetRequest"/>.</summary>
/// <param name="Error">
/// <see cref="CorosyncError.Ok"/> when the key exists, <see cref="CorosyncError.NotExist"/> when not.
/// </param>
/// <param name="Value">The value; with an error, one of type <see cref="CmapValueType.None"/>.</param>
/// <remarks>Source: cmap_get(3), protocol-docs/cmap.md, "CMAP_GET response".</remarks>
public readonly record struct CmapGetResponse(CorosyncError Error, CmapValue Value = default)
    : IWireResponse<CmapGetResponse>
{
    /// <inheritdoc/>
    static int IWireResponse<CmapGetResponse>.MaxSize => CmapLayout.Value + CmapLayout.ValueRoom;

    /// <inheritdoc/>
    public static CmapGetResponse Read(ReadOnlySpan<byte> source, int id)
    {
        CmapGetBody body = CmapGetBody.Read(source, id, CmapLayout.ValueRoom);
        return body.Error == CorosyncError.Ok ? new(body.Error, body.Value()) : new(body.Error);
    }

    /// <summary>The size of the message that answers a request with this room.</summary>
    /// <param name="room">The request's room for the value in bytes.</param>
    /// <returns>Bytes.</returns>
    public int SizeFor(int room) => CmapLayout.Value + (Error == CorosyncError.Ok ? room : 0);

    /// <summary>Writes the message as a daemon does; padding is zero.</summary>
    /// <param name="destination">At least as many bytes as <see cref="SizeFor"/> says.</param>
    /// <param name="room">
    /// The request's room for the value in bytes; 0 sends type and length only.
    /// </param>
    /// <returns>The bytes written.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="destination"/> is too small, or the value does not fit into the room.
    /// </exception>
    public int WriteTo(Span<byte> destination, int room)
    {
        int length = Value.WireLength;
        if (Error == CorosyncError.Ok && room > 0 && room < length)
        {
            throw new ArgumentException($"The value has {length} bytes.", nameof(room));
        }

        WireWriter writer = WireWriter.ForResponse(destination, CmapLayout.Get, SizeFor(room), Error);
        if (Error == CorosyncError.Ok)
        {
            writer.UInt64(CmapLayout.ValueLength, (ulong)length);
            destination[CmapLayout.ValueType] = (byte)Value.Type;
            if (room > 0)
            {
                Value.WriteTo(destination.Slice(CmapLayout.Value, length));
            }
        }

        return writer.Length;
    }
}
