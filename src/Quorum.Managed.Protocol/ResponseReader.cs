namespace Quorum.Managed.Protocol;

/// <summary>The first step in reading any response.</summary>
internal static class ResponseReader
{
    /// <summary>
    /// Bytes by which the answer of a newer daemon may be longer than today's. Clients leave room for them.
    /// </summary>
    public const int Growth = 256;

    /// <summary>
    /// Reads the header of an answer with this id and at least this size, or of an error. An answer may be longer than
    /// expected: a newer daemon appends fields. With an error only the header counts, whatever follows it.
    /// </summary>
    public static ResponseHeader ReadHeaderOfAtLeast(ReadOnlySpan<byte> source, string message, int id, int size)
    {
        ResponseHeader header = ResponseHeader.Read(source);
        bool failed = header.Error != CorosyncError.Ok;
        if (header.Id != id && !(failed && header.Id == StatusResponse.RefusalId))
        {
            Throw.WrongId(message, id, header.Id);
        }

        int atLeast = failed ? WireLimits.ResponseHeaderSize : size;
        if (header.Size < atLeast || header.Size > source.Length)
        {
            Throw.SizeOutOfRange(message, atLeast, source.Length, header.Size);
        }

        return header;
    }

    /// <summary>
    /// Reads the header of an answer with this id and size, or of a refusal: a header only, with an error, and the id
    /// of the answer or <see cref="StatusResponse.RefusalId"/>. All bytes that the header claims are there.
    /// </summary>
    public static ResponseHeader ReadHeader(ReadOnlySpan<byte> source, string message, int id, int size)
    {
        WireReader reader = new(source, message, WireLimits.ResponseHeaderSize);
        ResponseHeader header = new(
            reader.Int32(HeaderLayout.Id),
            reader.Int32(HeaderLayout.Size),
            (CorosyncError)reader.Int32(HeaderLayout.Error));
        bool failed = header.Error != CorosyncError.Ok;
        if (header.Id != id && !(failed && header.Id == StatusResponse.RefusalId))
        {
            Throw.WrongId(message, id, header.Id);
        }

        if (header.Size != size && !(failed && header.Size == WireLimits.ResponseHeaderSize))
        {
            Throw.WrongSize(message, size, header.Size);
        }

        if (source.Length < header.Size)
        {
            Throw.Truncated(message, header.Size, source.Length);
        }

        return header;
    }
}
