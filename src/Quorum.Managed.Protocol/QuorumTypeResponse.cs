using Quorum.Managed.Protocol.Layout;

namespace Quorum.Managed.Protocol;

/// <summary>Answers <see cref="GetQuorumTypeRequest"/> and <see cref="ModelGetTypeRequest"/>.</summary>
/// <param name="Id">
/// <see cref="ResponseIds.GetQuorumType"/>, <see cref="ResponseIds.ModelGetType"/>, or <see cref="ResponseIds.Refusal"/>, always with an error.
/// </param>
/// <param name="Error">The result; <see cref="CorosyncError.InvalidParam"/> for an unknown model, and from a daemon that knows no models.</param>
/// <param name="QuorumType">Whether the daemon has a quorum algorithm; <see cref="QuorumType.Free"/> with an error. Values that are not in the enum are kept.</param>
/// <remarks>Source: quorum_model_initialize(3), protocol-docs/quorum-messages.md, "GETTYPE" and "MODEL_GETTYPE".</remarks>
public readonly record struct QuorumTypeResponse(int Id, CorosyncError Error, QuorumType QuorumType)
{
    /// <summary>Bytes of the message; a refusal has a header only.</summary>
    public const int Size = ResponseLayout.OneNumberSize;

    /// <summary>Reads an answer or a refusal.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The answer. With an error, the body was not looked at.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static QuorumTypeResponse Read(ReadOnlySpan<byte> source)
    {
        const string Message = "quorum type response";
        ResponseHeader header = ResponseReader.ReadHeader(source, Message, Size);
        bool answer = header.Id is ResponseIds.GetQuorumType or ResponseIds.ModelGetType;
        bool refusal = header.Id == ResponseIds.Refusal && header.Error != CorosyncError.Ok;
        if (!answer && !refusal)
        {
            Throw.WrongId(Message, ResponseIds.ModelGetType, header.Id);
        }

        QuorumType type = header.Error == CorosyncError.Ok
            ? (QuorumType)new WireReader(source, Message, Size).UInt32(ResponseLayout.QuorumType)
            : default;
        return new QuorumTypeResponse(header.Id, header.Error, type);
    }

    /// <summary>Writes the whole message, with an error too; padding is zero.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written: <see cref="Size"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForResponse(destination, Id, Size, Error);
        writer.UInt32(ResponseLayout.QuorumType, (uint)QuorumType);
        return writer.Length;
    }
}
