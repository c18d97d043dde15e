namespace Quorum.Managed.Protocol.Cfg;

/// <summary>Answers <see cref="RingStatusRequest"/>.</summary>
/// <param name="Error">The result.</param>
/// <param name="Links">
/// The own address of each link, behind the link's number in corosync 3, and the link's state as text. Null with an
/// error.
/// </param>
/// <remarks>
/// With udpu the state is <c>OK</c>; with knet it has one character a node. Source: protocol-docs/cfg.md,
/// "RINGSTATUSGET".
/// </remarks>
public readonly record struct RingStatusResponse(
    CorosyncError Error, IReadOnlyList<(string Name, string State)>? Links = null) : IWireResponse<RingStatusResponse>
{
    private const string Message = "RINGSTATUSGET response";

    /// <summary>Bytes of the message.</summary>
    public static int Size => CfgLayout.RingStatus.Size;

    /// <inheritdoc/>
    static int IWireResponse<RingStatusResponse>.MaxSize => Size + ResponseReader.Growth;

    /// <inheritdoc/>
    public static RingStatusResponse Read(ReadOnlySpan<byte> source, int id)
    {
        ResponseHeader header = ResponseReader.ReadHeaderOfAtLeast(source, Message, id, Size);
        if (header.Error != CorosyncError.Ok)
        {
            return new RingStatusResponse(header.Error);
        }

        WireReader reader = new(source, Message, Size);
        uint count = reader.UInt32(CfgLayout.RingStatus.Count);
        if (count > CfgLayout.RingStatus.MostLinks)
        {
            Throw.Malformed(Message, $"{count} links.");
        }

        (string, string)[] links = new (string, string)[count];
        for (int i = 0; i < links.Length; i++)
        {
            links[i] = (
                reader.Text(NameAt(i), CfgLayout.RingStatus.NameCapacity),
                reader.Text(StateAt(i), CfgLayout.RingStatus.StateCapacity));
        }

        return new RingStatusResponse(header.Error, links);
    }

    /// <summary>Writes the message; padding is zero.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="destination"/> is too small, or there are more than 16 links, or a text is too long.
    /// </exception>
    public int WriteTo(Span<byte> destination)
    {
        int count = Links?.Count ?? 0;
        if (count > CfgLayout.RingStatus.MostLinks)
        {
            Throw.BadName(nameof(Links), "There are at most 16 links.");
        }

        WireWriter writer = WireWriter.ForResponse(destination, CfgLayout.RingStatus.Id, Size, Error);
        writer.UInt32(CfgLayout.RingStatus.Count, (uint)count);
        for (int i = 0; i < count; i++)
        {
            (string name, string state) = Links![i];
            writer.Name(NameAt(i), CfgLayout.RingStatus.NameCapacity, name, nameof(Links));
            writer.Name(StateAt(i), CfgLayout.RingStatus.StateCapacity, state, nameof(Links));
        }

        return writer.Length;
    }

    private static int NameAt(int link) => CfgLayout.RingStatus.Names + (CfgLayout.RingStatus.NameCapacity * link);

    private static int StateAt(int link) => CfgLayout.RingStatus.States + (CfgLayout.RingStatus.StateCapacity * link);
}
