namespace Quorum.Managed.Protocol;

/// <summary>The handshake's response: a refusal, or where the connection's channels are.</summary>
/// <remarks>Immutable. Source: protocol-docs/handshake.md, "Response".</remarks>
public sealed record ConnectResponse
{
    /// <summary>Bytes of the message, of a refusal too.</summary>
    public const int Size = WireLimits.ConnectResponseSize;

    private const string Message = "connect response";

    /// <summary>
    /// The error as sent: 0, or a negated errno. Some builds of libqb send the errno itself; <see cref="Errno"/> is
    /// positive for both.
    /// </summary>
    public int Error { get; init; }

    /// <summary>The transport; values that are not in the enum are kept.</summary>
    public IpcConnectionType ConnectionType { get; init; }

    /// <summary>The largest message in bytes that the connection can carry: the client's wish, or more.</summary>
    public uint MaxMessageSize { get; init; }

    /// <summary>The daemon's name for the connection: opaque.</summary>
    public long ConnectionId { get; init; }

    /// <summary>
    /// Prefix of the request ring's files, or path of the socket transport's control file. Empty in a refusal.
    /// </summary>
    public string RequestName { get; init; } = string.Empty;

    /// <summary>
    /// Prefix of the response ring's files, or base of the datagram sockets' addresses. Empty in a refusal.
    /// </summary>
    public string ResponseName { get; init; } = string.Empty;

    /// <summary>Prefix of the event ring's files. Empty in a refusal.</summary>
    public string EventName { get; init; } = string.Empty;

    /// <summary>The errno of a refusal as a positive number; 0 when the connection was granted.</summary>
    /// <remarks>
    /// Any <see cref="Error"/> but 0 is a refusal. <see cref="int.MaxValue"/> stands for <see cref="int.MinValue"/>.
    /// </remarks>
    public int Errno => Error == int.MinValue ? int.MaxValue : Math.Abs(Error);

    /// <summary>Reads a response. The names of a refusal are not read: they can be garbage.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The response.</returns>
    /// <exception cref="WireFormatException">
    /// Too few bytes, not the id of an authentication, a wrong size in the header, a name without its NUL or not in
    /// UTF-8, or the layout of a 32-bit daemon.
    /// </exception>
    public static ConnectResponse Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = new(source, Message, Size);
        reader.ExpectId(HandshakeLayout.Id, HandshakeLayout.AuthenticateId);
        int error = reader.Int32(HandshakeLayout.Error);
        ConnectResponse response = new()
        {
            Error = error,
            ConnectionType = (IpcConnectionType)reader.Int32(HandshakeLayout.ConnectionType),
            MaxMessageSize = reader.UInt32(HandshakeLayout.GrantedMaxMessageSize),
            ConnectionId = reader.Int64(HandshakeLayout.ConnectionId),
        };
        if (error != 0)
        {
            return response;
        }

        int size = reader.Int32(HandshakeLayout.Size);
        if (size != Size)
        {
            Throw.WrongSize(Message, Size, size);
        }

        if (IsFrom32BitDaemon(reader))
        {
            Throw.Malformed(
                Message,
                "it has the layout of a 32-bit daemon, which this library does not speak. "
                + "Use a 64-bit build of corosync.");
        }

        return response with
        {
            RequestName = reader.Name(HandshakeLayout.RequestName),
            ResponseName = reader.Name(HandshakeLayout.ResponseName),
            EventName = reader.Name(HandshakeLayout.EventName),
        };
    }

    /// <summary>Writes the message; padding and the rest of each name's field are zero.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written: <see cref="Size"/>.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="destination"/> is too small, or a name contains a NUL or has more than 4095 bytes in UTF-8.
    /// </exception>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = new(destination, Size);
        writer.Int32(HandshakeLayout.Id, HandshakeLayout.AuthenticateId);
        writer.Int32(HandshakeLayout.Size, Size);
        writer.Int32(HandshakeLayout.Error, Error);
        writer.Int32(HandshakeLayout.ConnectionType, (int)ConnectionType);
        writer.UInt32(HandshakeLayout.GrantedMaxMessageSize, MaxMessageSize);
        writer.Int64(HandshakeLayout.ConnectionId, ConnectionId);
        writer.Name(HandshakeLayout.RequestName, RequestName, nameof(RequestName));
        writer.Name(HandshakeLayout.ResponseName, ResponseName, nameof(ResponseName));
        writer.Name(HandshakeLayout.EventName, EventName, nameof(EventName));
        return writer.Length;
    }

    /// <summary>
    /// Whether two names begin where a 32-bit daemon puts them. The first place is half of a 64-bit daemon's connection
    /// id, which can be any four bytes, so it is not enough. The second place is the end of the request name's field,
    /// past any name that fits.
    /// </summary>
    private static bool IsFrom32BitDaemon(WireReader reader) =>
        IsText(reader, HandshakeLayout.RequestName32, HandshakeLayout.RequestName)
        && IsText(reader, HandshakeLayout.ResponseName32, HandshakeLayout.ResponseName);

    private static bool IsText(WireReader reader, int start, int end)
    {
        for (int offset = start; offset < end; offset++)
        {
            if (reader.Byte(offset) is <= (byte)' ' or > (byte)'~')
            {
                return false;
            }
        }

        return true;
    }
}
