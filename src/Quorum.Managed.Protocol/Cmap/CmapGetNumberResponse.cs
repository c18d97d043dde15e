namespace Quorum.Managed.Protocol.Cmap;

/// <summary>Answers <see cref="CmapGetNumberRequest"/>.</summary>
/// <param name="Error">
/// <see cref="CorosyncError.Ok"/> when the key exists, <see cref="CorosyncError.NotExist"/> when not,
/// <see cref="CorosyncError.InvalidParam"/> when the value is longer than any number.
/// </param>
/// <param name="Value">
/// The number. Of another value, and with an error: one of type <see cref="CmapValueType.None"/>.
/// </param>
/// <param name="ValueType">The type of the value, of any value.</param>
/// <remarks>Source: cmap_get(3), protocol-docs/cmap.md, "CMAP_GET response".</remarks>
public readonly record struct CmapGetNumberResponse(
    CorosyncError Error, CmapValueType ValueType = CmapValueType.None, CmapValue Value = default)
    : IWireResponse<CmapGetNumberResponse>
{
    /// <inheritdoc/>
    static int IWireResponse<CmapGetNumberResponse>.MaxSize => CmapLayout.Value + CmapLayout.NumberRoom;

    /// <inheritdoc/>
    public static CmapGetNumberResponse Read(ReadOnlySpan<byte> source, int id)
    {
        CmapGetBody body = CmapGetBody.Read(source, id, CmapLayout.NumberRoom);
        CmapValue value = CmapValue.SizeOf(body.Type) > 0 ? body.Value() : default;
        return new CmapGetNumberResponse(body.Error, body.Type, value);
    }
}
