namespace Quorum.Managed.Protocol;

/// <summary>Begins each request.</summary>
/// <param name="Id">What the message is: one of <see cref="QuorumRequestIds"/>.</param>
/// <param name="Size">The whole message's size in bytes, with this header, as its sender says.</param>
/// <remarks>
/// Source: qb/qbipc_common.h (<c>struct qb_ipc_request_header</c>), protocol-docs/quorum-messages.md, "Headers".
/// </remarks>
public readonly record struct RequestHeader(int Id, int Size)
{
    /// <summary>Bytes of the header.</summary>
    public const int ByteCount = WireLimits.RequestHeaderSize;

    /// <summary>Reads a header; nothing in it is checked.</summary>
    /// <param name="source">The message, from its first byte.</param>
    /// <returns>The header.</returns>
    /// <exception cref="WireFormatException">Too few bytes.</exception>
    public static RequestHeader Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = new(source, "request header", ByteCount);
        return new RequestHeader(reader.Int32(HeaderLayout.Id), reader.Int32(HeaderLayout.Size));
    }

    /// <summary>Writes the header; padding is zero.</summary>
    /// <param name="destination">At least <see cref="ByteCount"/> bytes.</param>
    /// <returns>The bytes written: <see cref="ByteCount"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = new(destination, ByteCount);
        writer.Int32(HeaderLayout.Id, Id);
        writer.Int32(HeaderLayout.Size, Size);
        return writer.Length;
    }
}
