namespace Quorum.Managed.Protocol.Cfg;

/// <summary>Answers <see cref="NodeStatusRequest"/>.</summary>
/// <param name="Error">
/// <see cref="CorosyncError.Ok"/>, or <see cref="CorosyncError.FailedOperation"/> for a node that knet does not know.
/// </param>
/// <param name="Status">The answer. Null with an error.</param>
/// <remarks>Source: protocol-docs/cfg.md, "NODESTATUSGET".</remarks>
public readonly record struct NodeStatusResponse(CorosyncError Error, CfgNodeStatus? Status = null)
    : IWireResponse<NodeStatusResponse>
{
    private const string Message = "NODESTATUSGET response";
    private const int ErrorSize = 32;

    /// <summary>Bytes of the message; with an error it has 32.</summary>
    public static int Size => CfgLayout.NodeStatus.Size;

    /// <inheritdoc/>
    static int IWireResponse<NodeStatusResponse>.MaxSize => Size + ResponseReader.Growth;

    /// <inheritdoc/>
    public static NodeStatusResponse Read(ReadOnlySpan<byte> source, int id)
    {
        ResponseHeader header = ResponseReader.ReadHeaderOfAtLeast(source, Message, id, Size);
        if (header.Error != CorosyncError.Ok)
        {
            return new NodeStatusResponse(header.Error);
        }

        WireReader reader = new(source, Message, Size);
        uint version = reader.UInt32(CfgLayout.NodeStatus.Version);
        if (version != CfgLayout.NodeStatus.CurrentVersion)
        {
            Throw.Malformed(Message, $"version {version}.");
        }

        List<CfgLink> links = [];
        for (int number = 0; number < CfgLayout.NodeStatus.LinkCount; number++)
        {
            CfgLink link = ReadLink(reader, number);
            if (link != new CfgLink(number, false, false, 0, "", ""))
            {
                links.Add(link);
            }
        }

        return new NodeStatusResponse(header.Error, new CfgNodeStatus(
            new NodeId(reader.UInt32(CfgLayout.NodeStatus.NodeId)),
            reader.Byte(CfgLayout.NodeStatus.Reachable) != 0,
            reader.Byte(CfgLayout.NodeStatus.Remote) != 0,
            reader.Byte(CfgLayout.NodeStatus.External) != 0,
            links));
    }

    /// <summary>Writes the message as a daemon does; padding is zero.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="destination"/> is too small, or there is a link with a number above 7, or an address is too
    /// long.
    /// </exception>
    public int WriteTo(Span<byte> destination)
    {
        const int Id = CfgLayout.NodeStatus.ResponseId;
        if (Status is not { } status || Error != CorosyncError.Ok)
        {
            return WireWriter.ForResponse(destination, Id, ErrorSize, Error).Length;
        }

        WireWriter writer = WireWriter.ForResponse(destination, Id, Size, Error);
        writer.UInt32(CfgLayout.NodeStatus.Version, CfgLayout.NodeStatus.CurrentVersion);
        writer.UInt32(CfgLayout.NodeStatus.NodeId, status.NodeId.Value);
        writer.Byte(CfgLayout.NodeStatus.Reachable, AsByte(status.IsReachable));
        writer.Byte(CfgLayout.NodeStatus.Remote, AsByte(status.IsRemote));
        writer.Byte(CfgLayout.NodeStatus.External, AsByte(status.IsExternal));
        foreach (CfgLink link in status.Links)
        {
            WriteLink(writer, link);
        }

        return writer.Length;
    }

    private static CfgLink ReadLink(WireReader reader, int number)
    {
        int at = At(number);
        return new CfgLink(
            number,
            reader.Byte(at + CfgLayout.NodeStatus.Enabled) != 0,
            reader.Byte(at + CfgLayout.NodeStatus.Connected) != 0,
            reader.UInt32(at + CfgLayout.NodeStatus.Mtu),
            reader.Text(at + CfgLayout.NodeStatus.Source, CfgLayout.NodeStatus.AddressCapacity),
            reader.Text(at + CfgLayout.NodeStatus.Destination, CfgLayout.NodeStatus.AddressCapacity),
            reader.Byte(at + CfgLayout.NodeStatus.DynamicallyConnected) != 0);
    }

    private static void WriteLink(WireWriter writer, CfgLink link)
    {
        if (link.Number is < 0 or >= CfgLayout.NodeStatus.LinkCount)
        {
            Throw.BadName(nameof(link), "A link has a number from 0 to 7.");
        }

        int at = At(link.Number);
        writer.Byte(at + CfgLayout.NodeStatus.Enabled, AsByte(link.IsEnabled));
        writer.Byte(at + CfgLayout.NodeStatus.Connected, AsByte(link.IsConnected));
        writer.Byte(at + CfgLayout.NodeStatus.DynamicallyConnected, AsByte(link.IsDynamicallyConnected));
        writer.UInt32(at + CfgLayout.NodeStatus.Mtu, link.Mtu);
        writer.Name(
            at + CfgLayout.NodeStatus.Source, CfgLayout.NodeStatus.AddressCapacity, link.Source, nameof(link));
        writer.Name(
            at + CfgLayout.NodeStatus.Destination,
            CfgLayout.NodeStatus.AddressCapacity,
            link.Destination,
            nameof(link));
    }

    private static int At(int link) => CfgLayout.NodeStatus.Links + (CfgLayout.NodeStatus.LinkSize * link);

    private static byte AsByte(bool value) => value ? (byte)1 : (byte)0;
}
