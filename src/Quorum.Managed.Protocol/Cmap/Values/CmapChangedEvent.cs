using Quorum.Managed.Protocol.Cmap;

namespace Quorum.Managed.Protocol;

/// <summary>A key was added, changed or deleted: what cmap's notify callback gets.</summary>
/// <param name="Tag">The number of the client's track_add.</param>
/// <param name="Key">The key.</param>
/// <param name="Change">One of the changes.</param>
/// <param name="NewValue">The value from now on; one of type <see cref="CmapValueType.None"/> when deleted.</param>
/// <param name="OldValue">The value before; one of type <see cref="CmapValueType.None"/> when added.</param>
/// <remarks>Source: cmap_track_add(3), protocol-docs/cmap.md, "NOTIFY".</remarks>
public readonly record struct CmapChangedEvent(
    ulong Tag, string Key, CmapChanges Change, CmapValue NewValue, CmapValue OldValue) : IWireEvent<CmapChangedEvent>
{
    private const string Message = "cmap notification";

    /// <inheritdoc/>
    public static int Id => CmapLayout.Tracking.Notify;

    /// <summary>The message's size.</summary>
    public int Size => CmapLayout.Tracking.Values + LengthOf(NewValue) + LengthOf(OldValue);

    /// <inheritdoc/>
    public static CmapChangedEvent Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = WireReader.ForEvent(source, Message, Id, CmapLayout.Tracking.Values);
        ulong newLength = reader.UInt64(CmapLayout.Tracking.NewLength);
        ulong oldLength = reader.UInt64(CmapLayout.Tracking.OldLength);
        if (newLength > CmapLayout.ValueRoom || oldLength > CmapLayout.ValueRoom)
        {
            Throw.Malformed(Message, $"values of {newLength} and {oldLength} bytes.");
        }

        ReadOnlySpan<byte> newBytes = reader.Slice(CmapLayout.Tracking.Values, (int)newLength);
        ReadOnlySpan<byte> oldBytes = reader.Slice(CmapLayout.Tracking.Values + (int)newLength, (int)oldLength);
        return new CmapChangedEvent(
            reader.UInt64(CmapLayout.Tracking.EventTag),
            CmapKeys.ReadName(source, CmapLayout.Tracking.EventName, Message),
            (CmapChanges)reader.Int32(CmapLayout.Tracking.Event),
            ValueOf((CmapValueType)reader.Byte(CmapLayout.Tracking.NewType), newBytes),
            ValueOf((CmapValueType)reader.Byte(CmapLayout.Tracking.OldType), oldBytes));
    }

    /// <summary>Writes the message; padding is zero.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="destination"/> is too small, or the key cannot be one.
    /// </exception>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForResponse(destination, Id, Size, CorosyncError.Ok);
        writer.UInt64(CmapLayout.Tracking.EventTag, Tag);
        CmapKeys.WriteName(destination, CmapLayout.Tracking.EventName, CmapKeys.Checked(Key, nameof(Key)));
        writer.Int32(CmapLayout.Tracking.Event, (int)Change);
        writer.Byte(CmapLayout.Tracking.NewType, (byte)NewValue.Type);
        writer.Byte(CmapLayout.Tracking.OldType, (byte)OldValue.Type);
        int newLength = LengthOf(NewValue);
        int oldLength = LengthOf(OldValue);
        writer.UInt64(CmapLayout.Tracking.NewLength, (ulong)newLength);
        writer.UInt64(CmapLayout.Tracking.OldLength, (ulong)oldLength);
        NewValue.WriteTo(destination.Slice(CmapLayout.Tracking.Values, newLength));
        OldValue.WriteTo(destination.Slice(CmapLayout.Tracking.Values + newLength, oldLength));
        return writer.Length;
    }

    private static int LengthOf(CmapValue value) => value.Type == CmapValueType.None ? 0 : value.WireLength;

    private static CmapValue ValueOf(CmapValueType type, ReadOnlySpan<byte> bytes)
    {
        int size = CmapValue.SizeOf(type);
        if (size > 0 && bytes.Length != size)
        {
            Throw.Malformed(Message, $"a value of type {(int)type} with {bytes.Length} bytes.");
        }

        return type == CmapValueType.None ? default : CmapValue.FromBytes(type, bytes);
    }
}
