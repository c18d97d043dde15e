namespace Quorum.Managed.Protocol.Cmap;

/// <summary>A CMAP_GET response in place: the value points into the source.</summary>
internal readonly ref struct CmapGetBody
{
    private const string Message = "CMAP_GET response";

    private CmapGetBody(CorosyncError error, CmapValueType type, ulong length, ReadOnlySpan<byte> room)
    {
        Error = error;
        Type = type;
        Length = length;
        Room = room;
    }

    public CorosyncError Error { get; }

    public CmapValueType Type { get; }

    /// <summary>As the daemon says: it can be above the room.</summary>
    public ulong Length { get; }

    /// <summary>Where the value is, if it had room.</summary>
    public ReadOnlySpan<byte> Room { get; }

    /// <summary>
    /// Reads an answer to a request with this room, or a refusal. With an error, only that is read, and the answer has
    /// no room.
    /// </summary>
    public static CmapGetBody Read(ReadOnlySpan<byte> source, int id, int room)
    {
        bool failed = ResponseHeader.Read(source).Error != CorosyncError.Ok;
        int size = CmapLayout.Value + (failed ? 0 : room);
        ResponseHeader header = ResponseReader.ReadHeader(source, Message, id, size);
        if (failed)
        {
            return new CmapGetBody(header.Error, CmapValueType.None, 0, []);
        }

        WireReader reader = new(source, Message, size);
        return new CmapGetBody(
            header.Error,
            (CmapValueType)reader.Byte(CmapLayout.ValueType),
            reader.UInt64(CmapLayout.ValueLength),
            source[CmapLayout.Value..size]);
    }

    /// <summary>The value; only numbers allocate nothing.</summary>
    public CmapValue Value()
    {
        int size = CmapValue.SizeOf(Type);
        if (Length > (ulong)Room.Length || (size > 0 && Length != (ulong)size))
        {
            Throw.Malformed(Message, $"a value of type {(int)Type} with {Length} bytes.");
        }

        return CmapValue.FromBytes(Type, Room[..(int)Length]);
    }
}
