namespace Quorum.Managed.Protocol;

/// <summary>Begins each response and each event.</summary>
/// <param name="Id">
/// What the message is: one of <see cref="QuorumResponseIds"/> or <see cref="QuorumEventIds"/>.
/// </param>
/// <param name="Size">The whole message's size in bytes, with this header, as its sender says.</param>
/// <param name="Error">
/// The result of a request; <see cref="CorosyncError.Ok"/> when it succeeded. Unspecified in an event.
/// </param>
/// <remarks>
/// Source: qb/qbipc_common.h (<c>struct qb_ipc_response_header</c>), protocol-docs/quorum-messages.md, "Headers".
/// </remarks>
public readonly record struct ResponseHeader(int Id, int Size, CorosyncError Error)
{
    /// <summary>Bytes of the header.</summary>
    public const int ByteCount = WireLimits.ResponseHeaderSize;

    /// <summary>Reads a header; nothing in it is checked.</summary>
    /// <param name="source">The message, from its first byte.</param>
    /// <returns>The header.</returns>
    /// <exception cref="WireFormatException">Too few bytes.</exception>
    public static ResponseHeader Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = new(source, "response header", ByteCount);
        return new ResponseHeader(
            reader.Int32(HeaderLayout.Id),
            reader.Int32(HeaderLayout.Size),
            (CorosyncError)reader.Int32(HeaderLayout.Error));
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
        writer.Int32(HeaderLayout.Error, (int)Error);
        return writer.Length;
    }
}
