using Quorum.Managed.Protocol.Layout;

namespace Quorum.Managed.Protocol;

/// <summary>Answers <see cref="GetQuorateRequest"/>.</summary>
/// <param name="Error"><see cref="CorosyncError.Ok"/>, or why there is no answer.</param>
/// <param name="Quorate">Whether the node is in a quorate partition; <see langword="false"/> with an error.</param>
/// <remarks>Source: quorum_getquorate(3), protocol-docs/quorum-messages.md, "GETQUORATE".</remarks>
public readonly record struct GetQuorateResponse(CorosyncError Error, bool Quorate)
{
    /// <summary>Bytes of the message; a refusal has a header only.</summary>
    public const int Size = ResponseLayout.OneNumberSize;

    /// <summary>Reads an answer or a refusal.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The answer. With an error, the body was not looked at.</returns>
    /// <remarks>
    /// Fail-safe: libquorum passes the daemon's number through, and its callers take anything but 0 for quorate. Here 1 is quorate, 0 is not, and
    /// any other number is a broken message.
    /// </remarks>
    /// <exception cref="WireFormatException">Too few bytes, a wrong id or size in the header, or a quorate value that is neither 0 nor 1.</exception>
    public static GetQuorateResponse Read(ReadOnlySpan<byte> source)
    {
        const string Message = "GETQUORATE response";
        ResponseHeader header = ResponseReader.ReadHeader(source, Message, Size);
        if (header.Id != ResponseIds.GetQuorate)
        {
            Throw.WrongId(Message, ResponseIds.GetQuorate, header.Id);
        }

        bool quorate = header.Error == CorosyncError.Ok && new WireReader(source, Message, Size).Quorate(ResponseLayout.Quorate);
        return new GetQuorateResponse(header.Error, quorate);
    }

    /// <summary>Writes the whole message, with an error too; padding is zero.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written: <see cref="Size"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForResponse(destination, ResponseIds.GetQuorate, Size, Error);
        writer.Quorate(ResponseLayout.Quorate, Quorate);
        return writer.Length;
    }
}
