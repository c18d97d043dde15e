namespace Quorum.Managed.Protocol.Cmap;

/// <summary>
/// A TRACK_ADD request as a daemon receives it, also one that a client of this library cannot send. It can only be
/// read.
/// </summary>
/// <remarks>Source: protocol-docs/cmap.md, "TRACK_ADD".</remarks>
public readonly record struct ReceivedCmapTrackAdd
{
    private ReceivedCmapTrackAdd(string name, int what, ulong tag)
    {
        Name = name;
        What = what;
        Tag = tag;
    }

    /// <summary>The id in the request's header.</summary>
    public static int Id => CmapLayout.Tracking.Add;

    /// <summary>The key, or the prefix; it may be empty.</summary>
    public string Name { get; }

    /// <summary>The bits as the client sent them.</summary>
    public int What { get; }

    /// <summary>Which changes.</summary>
    public CmapChanges Changes => (CmapChanges)What & CmapChanges.All;

    /// <summary>Whether the name is a prefix.</summary>
    public bool IsPrefix => (What & CmapLayout.Tracking.PrefixBit) != 0;

    /// <summary>Whether no bit is set that has no meaning, and any that has one.</summary>
    public bool IsValid => What is > 0 and < 16;

    /// <summary>The client's number, which comes with each event.</summary>
    public ulong Tag { get; }

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">
    /// Too few bytes, a wrong id or size in the header, or a name without a NUL or not in UTF-8.
    /// </exception>
    public static ReceivedCmapTrackAdd Read(ReadOnlySpan<byte> source)
    {
        const string Message = "TRACK_ADD request";
        WireReader reader = WireReader.ForRequest(source, Message, Id, CmapLayout.Tracking.AddSize);
        return new ReceivedCmapTrackAdd(
            CmapKeys.ReadName(source, CmapLayout.Tracking.Name, Message),
            reader.Int32(CmapLayout.Tracking.What),
            reader.UInt64(CmapLayout.Tracking.Tag));
    }
}
