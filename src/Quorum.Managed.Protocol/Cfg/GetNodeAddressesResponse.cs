using System.Net;

namespace Quorum.Managed.Protocol.Cfg;

/// <summary>Answers <see cref="GetNodeAddressesRequest"/>.</summary>
/// <param name="Error">
/// <see cref="CorosyncError.Ok"/>, or <see cref="CorosyncError.NotExist"/> for an unknown node.
/// </param>
/// <param name="Addresses">The addresses, one a link. Null with an error.</param>
/// <remarks>
/// corosync before 3.1.10 leaves out an address that begins with two zero bytes, as ::1 does. Source:
/// protocol-docs/cfg.md, "GET_NODE_ADDRS".
/// </remarks>
public readonly record struct GetNodeAddressesResponse(
    CorosyncError Error, IReadOnlyList<IPAddress>? Addresses = null) : IWireResponse<GetNodeAddressesResponse>
{
    private const string Message = "GET_NODE_ADDRS response";
    private const int IPv4Size = 4;

    /// <inheritdoc/>
    static int IWireResponse<GetNodeAddressesResponse>.MaxSize => SizeOf(CfgLayout.Addresses.Most);

    /// <summary>The message's size.</summary>
    /// <param name="count">The number of addresses.</param>
    /// <returns>Bytes.</returns>
    public static int SizeOf(int count) => CfgLayout.Addresses.List + (CfgLayout.Addresses.AddressSize * count);

    /// <inheritdoc/>
    public static GetNodeAddressesResponse Read(ReadOnlySpan<byte> source, int id)
    {
        ResponseHeader header = ResponseReader.ReadHeaderOfAtLeast(source, Message, id, SizeOf(0));
        if (header.Error != CorosyncError.Ok)
        {
            return new GetNodeAddressesResponse(header.Error);
        }

        // The size counts slots; the count says how many of them are used.
        WireReader reader = new(source[..header.Size], Message, SizeOf(0));
        uint family = reader.UInt32(CfgLayout.Addresses.Family);
        uint count = reader.UInt32(CfgLayout.Addresses.Count);
        if (count > CfgLayout.Addresses.Most)
        {
            Throw.Malformed(Message, $"{count} addresses.");
        }

        if (count > 0 && family is not (CfgLayout.Addresses.IPv4 or CfgLayout.Addresses.IPv6))
        {
            Throw.Malformed(Message, $"the address family {family}.");
        }

        IPAddress[] addresses = new IPAddress[count];
        for (int i = 0; i < addresses.Length; i++)
        {
            ReadOnlySpan<byte> slot = reader.Slice(SizeOf(i), CfgLayout.Addresses.AddressSize);
            addresses[i] = new IPAddress(family == CfgLayout.Addresses.IPv4 ? slot[..IPv4Size] : slot);
        }

        return new GetNodeAddressesResponse(header.Error, addresses);
    }

    /// <summary>Writes the message; padding is zero.</summary>
    /// <param name="destination">At least <see cref="SizeOf"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination)
    {
        int count = Addresses?.Count ?? 0;
        WireWriter writer = WireWriter.ForResponse(
            destination, CfgLayout.Addresses.ResponseId, SizeOf(count), Error);
        uint family = CfgLayout.Addresses.IPv4;
        for (int i = 0; i < count; i++)
        {
            byte[] bytes = Addresses![i].GetAddressBytes();
            family = bytes.Length == IPv4Size ? CfgLayout.Addresses.IPv4 : CfgLayout.Addresses.IPv6;
            writer.Bytes(SizeOf(i), bytes);
        }

        writer.UInt32(CfgLayout.Addresses.Family, family);
        writer.UInt32(CfgLayout.Addresses.Count, (uint)count);
        return writer.Length;
    }
}
