namespace Quorum.Managed.Protocol;

/// <summary>Offsets of the handshake's two messages. Defined by protocol-docs/handshake.md.</summary>
internal static class HandshakeLayout
{
    /// <summary>i32, both messages: protocol-docs/handshake.md, "Request" and "Response".</summary>
    public const int Id = 0;

    /// <summary>i32, both messages: protocol-docs/handshake.md, "Request" and "Response".</summary>
    public const int Size = 8;

    /// <summary>The id of both messages: protocol-docs/handshake.md, "Request".</summary>
    public const int AuthenticateId = -1;

    /// <summary>u32, request: protocol-docs/handshake.md, "Request".</summary>
    public const int WantedMaxMessageSize = 16;

    /// <summary>i32, response: protocol-docs/handshake.md, "Response".</summary>
    public const int Error = 16;

    /// <summary>i32, response: protocol-docs/handshake.md, "Response".</summary>
    public const int ConnectionType = 24;

    /// <summary>u32, response: protocol-docs/handshake.md, "Response".</summary>
    public const int GrantedMaxMessageSize = 28;

    /// <summary>i64, response: protocol-docs/handshake.md, "Response".</summary>
    public const int ConnectionId = 32;

    /// <summary>char[4096], response: protocol-docs/handshake.md, "Response".</summary>
    public const int RequestName = 40;

    /// <summary>char[4096], response: protocol-docs/handshake.md, "Response".</summary>
    public const int ResponseName = RequestName + NameCapacity;

    /// <summary>char[4096], response: protocol-docs/handshake.md, "Response".</summary>
    public const int EventName = ResponseName + NameCapacity;

    /// <summary>Room for a name and its NUL: protocol-docs/handshake.md, "Response".</summary>
    public const int NameCapacity = 4096;

    /// <summary>Where a 32-bit daemon has its request name: protocol-docs/handshake.md, "32-bit daemons".</summary>
    public const int RequestName32 = 36;

    /// <summary>Where a 32-bit daemon has its response name: protocol-docs/handshake.md, "32-bit daemons".</summary>
    public const int ResponseName32 = RequestName32 + NameCapacity;
}
