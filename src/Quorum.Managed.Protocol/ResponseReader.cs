using Quorum.Managed.Protocol.Layout;

namespace Quorum.Managed.Protocol;

/// <summary>What reading any response begins with.</summary>
internal static class ResponseReader
{
    /// <summary>
    /// Reads a header that says either <paramref name="size"/> bytes, of which all are there, or, with an error, those of a header only.
    /// </summary>
    public static ResponseHeader ReadHeader(ReadOnlySpan<byte> source, string message, int size)
    {
        WireReader reader = new(source, message, WireLimits.ResponseHeaderSize);
        ResponseHeader header = new(
            reader.Int32(HeaderLayout.Id), reader.Int32(HeaderLayout.Size), (CorosyncError)reader.Int32(HeaderLayout.Error));
        bool bareError = header.Size == ResponseLayout.BareSize && header.Error != CorosyncError.Ok;
        if (header.Size != size && !bareError)
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
