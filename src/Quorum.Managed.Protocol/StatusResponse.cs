namespace Quorum.Managed.Protocol;

/// <summary>
/// An answer that says success or an error and nothing else, from any service; also the refusal of any request.
/// </summary>
/// <param name="Id">The id of the answer, or <see cref="RefusalId"/> with an error.</param>
/// <param name="Error">The result.</param>
/// <remarks>
/// Source: quorum_trackstart(3), quorum_trackstop(3), protocol-docs/quorum-messages.md, "Responses" and "Refusals".
/// </remarks>
public readonly record struct StatusResponse(int Id, CorosyncError Error) : IWireResponse<StatusResponse>
{
    /// <summary>The id that a refusal carries, whatever was asked: a header only, with an error.</summary>
    public const int RefusalId = 0;

    /// <summary>Bytes of the message.</summary>
    public static int Size => WireLimits.ResponseHeaderSize;

    /// <summary>How a daemon answers a request that it does not know, or whose size is wrong.</summary>
    public static StatusResponse Refusal => new(RefusalId, CorosyncError.InvalidParam);

    /// <inheritdoc/>
    static int IWireResponse<StatusResponse>.MaxSize => Size;

    /// <inheritdoc/>
    public static StatusResponse Read(ReadOnlySpan<byte> source, int id)
    {
        ResponseHeader header = ResponseReader.ReadHeader(source, "status response", id, Size);
        return new StatusResponse(header.Id, header.Error);
    }

    /// <summary>Writes the message; padding is zero.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written: <see cref="Size"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination) => WireWriter.ForResponse(destination, Id, Size, Error).Length;
}
