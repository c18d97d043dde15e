namespace Quorum.Managed.Protocol;

/// <summary>Answers <see cref="GetQuorumTypeRequest"/> and <see cref="ModelGetTypeRequest"/>.</summary>
/// <param name="Id">The id of the answer, or <see cref="StatusResponse.RefusalId"/> with an error.</param>
/// <param name="Error">
/// The result; <see cref="CorosyncError.InvalidParam"/> for an unknown model, and from a daemon that knows no models.
/// </param>
/// <param name="QuorumType">
/// Whether the daemon has a quorum algorithm; <see cref="QuorumType.Free"/> with an error. Values that are not in the
/// enum are kept.
/// </param>
/// <remarks>
/// Source: quorum_model_initialize(3), protocol-docs/quorum-messages.md, "GETTYPE" and "MODEL_GETTYPE".
/// </remarks>
public readonly record struct QuorumTypeResponse(int Id, CorosyncError Error, QuorumType QuorumType)
    : IWireResponse<QuorumTypeResponse>
{
    /// <summary>Bytes of the message. A refusal has a header only.</summary>
    public static int Size => QuorumResponseLayout.OneNumberSize;

    /// <inheritdoc/>
    static int IWireResponse<QuorumTypeResponse>.MaxSize => Size;

    /// <inheritdoc/>
    public static QuorumTypeResponse Read(ReadOnlySpan<byte> source, int id)
    {
        const string Message = "quorum type response";
        ResponseHeader header = ResponseReader.ReadHeader(source, Message, id, Size);
        QuorumType type = header.Error == CorosyncError.Ok
            ? (QuorumType)new WireReader(source, Message, Size).UInt32(QuorumResponseLayout.QuorumType)
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
        writer.UInt32(QuorumResponseLayout.QuorumType, (uint)QuorumType);
        return writer.Length;
    }
}
