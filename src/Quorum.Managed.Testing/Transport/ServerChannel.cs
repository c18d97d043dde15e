using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

// The server's end of what one connection sends messages through: rings or datagram sockets. The caller of every member
// holds the cluster's mutex. No member is used after Dispose.
internal abstract class ServerChannel(ChannelDirectory directory) : IDisposable
{
    // The files of the channel. They outlive the channel, and their owner removes them.
    public ChannelDirectory Directory => directory;

    // Returns the answer to the handshake with what the client needs to open its end.
    public abstract ConnectResponse Describe(ConnectResponse answer);

    // Sends a response. A response that finds no room is lost, as it is in the real daemon.
    public abstract void Respond(ReadOnlySpan<byte> response);

    // Sends a response whose chunk has a wrong size, a wrong magic, or both. A channel without chunks sends it intact.
    public abstract void RespondDamaged(ReadOnlySpan<byte> response, uint? claimedSize, uint? magic);

    // Returns false when there is no room now.
    public abstract bool TrySendEvent(ReadOnlySpan<byte> message);

    // Sends the doorbells of events that are already in the ring. Returns false when some are still unsent.
    public abstract bool Flush();

    // Sets the word that clients read before a request: 0 lets requests through, any other value stops them.
    public abstract void SetFlowControl(int value);

    public abstract void Dispose();
}
