namespace Quorum.Managed.TestSupport.Raw;

/// <summary>The daemon's side of one transport: what differs between rings and datagram sockets.</summary>
internal interface IRawTransport : IDisposable
{
    /// <summary>Whether the client has sent a request that was not read.</summary>
    bool HasRequest { get; }

    /// <summary>The request channel's flow control: 0 lets the client send.</summary>
    ref int FlowControl { get; }

    /// <summary>Waits for a request and takes it.</summary>
    byte[] ReadRequest();

    /// <summary>Sends a response.</summary>
    void Respond(ReadOnlySpan<byte> response);

    /// <summary>Sends an event. False when there is no room for it now.</summary>
    bool SendEvent(ReadOnlySpan<byte> message);

    /// <summary>Ends the transport as the daemon's death does.</summary>
    void Close();
}
