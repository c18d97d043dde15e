namespace Quorum.Managed.Protocol.Cmap;

/// <summary>
/// A CMAP_GET request as a daemon receives it. It can only be read: <see cref="CmapGetRequest"/>,
/// <see cref="CmapGetNumberRequest"/> and <see cref="OldDaemonProbeRequest"/> are what a client can send.
/// </summary>
/// <remarks>Source: protocol-docs/cmap.md, "CMAP_GET request".</remarks>
public readonly record struct ReceivedCmapGet
{
    /// <summary>
    /// The largest room that clients ask for. A daemon's answer with more room does not fit into their rings.
    /// </summary>
    public const int LargestRoom = CmapLayout.ValueRoom;

    private ReceivedCmapGet(string key, ulong room)
    {
        Key = key;
        Room = room;
    }

    /// <summary>The id in the request's header.</summary>
    public static int Id => CmapLayout.Get;

    /// <summary>The key; it may be empty.</summary>
    public string Key { get; }

    /// <summary>The room for the value in bytes, as the client says; 0 asks for type and length only.</summary>
    public ulong Room { get; }

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">
    /// Too few bytes, a wrong id or size in the header, or a key without a NUL or not in UTF-8.
    /// </exception>
    public static ReceivedCmapGet Read(ReadOnlySpan<byte> source)
    {
        const string Message = "CMAP_GET request";
        WireReader reader = WireReader.ForRequest(source, Message, Id, CmapLayout.GetRequestSize);
        return new ReceivedCmapGet(
            CmapKeys.ReadName(source, CmapLayout.KeyLength, Message), reader.UInt64(CmapLayout.Room));
    }
}
