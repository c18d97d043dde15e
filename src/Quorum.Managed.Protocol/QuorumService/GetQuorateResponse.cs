namespace Quorum.Managed.Protocol;

/// <summary>Answers <see cref="GetQuorateRequest"/>.</summary>
/// <param name="Error"><see cref="CorosyncError.Ok"/>, or why there is no answer.</param>
/// <param name="Quorate">Whether the node is in a quorate partition; <see langword="false"/> with an error.</param>
/// <remarks>Source: quorum_getquorate(3), protocol-docs/quorum-messages.md, "GETQUORATE".</remarks>
public readonly record struct GetQuorateResponse(CorosyncError Error, bool Quorate) : IWireResponse<GetQuorateResponse>
{
    /// <summary>Bytes of the message. A refusal has a header only.</summary>
    public static int Size => QuorumResponseLayout.OneNumberSize;

    /// <inheritdoc/>
    static int IWireResponse<GetQuorateResponse>.MaxSize => Size;

    /// <inheritdoc/>
    /// <remarks>
    /// Fail-safe: 1 is quorate, 0 is not, and any other number is a broken message. libquorum passes the number
    /// through, and its callers take any number but 0 for quorate.
    /// </remarks>
    public static GetQuorateResponse Read(ReadOnlySpan<byte> source, int id)
    {
        const string Message = "GETQUORATE response";
        ResponseHeader header = ResponseReader.ReadHeader(source, Message, id, Size);
        bool quorate = header.Error == CorosyncError.Ok
            && new WireReader(source, Message, Size).Quorate(QuorumResponseLayout.Quorate);
        return new GetQuorateResponse(header.Error, quorate);
    }

    /// <summary>Writes the whole message, with an error too; padding is zero.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written: <see cref="Size"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForResponse(destination, QuorumResponseIds.GetQuorate, Size, Error);
        writer.Quorate(QuorumResponseLayout.Quorate, Quorate);
        return writer.Length;
    }
}
