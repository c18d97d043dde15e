namespace Quorum.Managed.Protocol;

/// <summary>The parts that requests, responses and events have in common.</summary>
/// <remarks>Source: protocol-docs/quorum-messages.md, "Headers".</remarks>
public static class WireMessage
{
    /// <summary>Reads the id, by which the message's type is chosen.</summary>
    /// <param name="source">The message, from its first byte.</param>
    /// <returns>
    /// One of <see cref="QuorumRequestIds"/>, <see cref="QuorumResponseIds"/> or <see cref="QuorumEventIds"/>, or a
    /// value unknown to this library.
    /// </returns>
    /// <exception cref="WireFormatException">There are fewer bytes than the shortest header has.</exception>
    public static int ReadId(ReadOnlySpan<byte> source) =>
        new WireReader(source, "message", WireLimits.RequestHeaderSize).Int32(HeaderLayout.Id);

    /// <summary>Reads the size that the message claims to have; it is not checked against the bytes at hand.</summary>
    /// <param name="source">The message, from its first byte.</param>
    /// <returns>Bytes, with the header; anything when the peer lies, negative values too.</returns>
    /// <exception cref="WireFormatException">There are fewer bytes than the shortest header has.</exception>
    public static int ReadSize(ReadOnlySpan<byte> source) =>
        new WireReader(source, "message", WireLimits.RequestHeaderSize).Int32(HeaderLayout.Size);
}
