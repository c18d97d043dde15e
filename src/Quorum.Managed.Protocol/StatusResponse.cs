using Quorum.Managed.Protocol.Layout;

namespace Quorum.Managed.Protocol;

/// <summary>Answers <see cref="TrackStartRequest"/> and <see cref="TrackStopRequest"/>, and refuses any request.</summary>
/// <param name="Id">
/// <see cref="ResponseIds.TrackStart"/>, <see cref="ResponseIds.TrackStop"/>, or <see cref="ResponseIds.Refusal"/>, always with an error.
/// </param>
/// <param name="Error">The result.</param>
/// <remarks>Source: quorum_trackstart(3), quorum_trackstop(3), protocol-docs/quorum-messages.md, "Responses" and "Refusals".</remarks>
public readonly record struct StatusResponse(int Id, CorosyncError Error)
{
    /// <summary>Bytes of the message.</summary>
    public const int Size = ResponseLayout.BareSize;

    /// <summary>How a daemon answers a request that it does not know, or whose size is wrong.</summary>
    public static StatusResponse Refusal => new(ResponseIds.Refusal, CorosyncError.InvalidParam);

    /// <summary>Reads an answer or a refusal.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="WireFormatException">Too few bytes, a wrong id or size in the header, or the id of a refusal without an error.</exception>
    public static StatusResponse Read(ReadOnlySpan<byte> source)
    {
        const string Message = "status response";
        ResponseHeader header = ResponseReader.ReadHeader(source, Message, Size);
        if (header.Id is not (ResponseIds.TrackStart or ResponseIds.TrackStop or ResponseIds.Refusal))
        {
            Throw.WrongId(Message, ResponseIds.TrackStart, header.Id);
        }

        if (header is { Id: ResponseIds.Refusal, Error: CorosyncError.Ok })
        {
            Throw.Malformed(Message, "it has the id of a refusal and says success.");
        }

        return new StatusResponse(header.Id, header.Error);
    }

    /// <summary>Writes the message; padding is zero.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written: <see cref="Size"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination) => WireWriter.ForResponse(destination, Id, Size, Error).Length;
}
