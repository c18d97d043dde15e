namespace Quorum.Managed.Protocol;

/// <summary>The handshake's request: all else that a client sends on the setup socket are doorbells.</summary>
/// <param name="MaxMessageSize">
/// The largest message wanted, in bytes, at least <see cref="WireLimits.MinMaxMessageSize"/>; the daemon may grant
/// more. It sets the size of the rings.
/// </param>
/// <remarks>Source: protocol-docs/handshake.md, "Request".</remarks>
public readonly record struct ConnectRequest(uint MaxMessageSize)
{
    /// <summary>Bytes of the message.</summary>
    public const int Size = WireLimits.ConnectRequestSize;

    private const string Message = "connect request";

    /// <summary>Reads a request. The size in its header is ignored, as the daemon does.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or not the id of an authentication.</exception>
    public static ConnectRequest Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = new(source, Message, Size);
        reader.ExpectId(HandshakeLayout.Id, HandshakeLayout.AuthenticateId);
        return new ConnectRequest(reader.UInt32(HandshakeLayout.WantedMaxMessageSize));
    }

    /// <summary>Writes the message; padding is zero.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written: <see cref="Size"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = new(destination, Size);
        writer.Int32(HandshakeLayout.Id, HandshakeLayout.AuthenticateId);
        writer.Int32(HandshakeLayout.Size, Size);
        writer.UInt32(HandshakeLayout.WantedMaxMessageSize, MaxMessageSize);
        return writer.Length;
    }
}
