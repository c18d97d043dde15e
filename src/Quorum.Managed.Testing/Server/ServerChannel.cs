using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing.Server;

// The server's end of a connection behind the setup socket. All members are used under the gate, and none after Dispose.
internal abstract class ServerChannel : IDisposable
{
    // Completes the answer to the handshake with what the client needs to open its end.
    public abstract ConnectResponse Describe(ConnectResponse answer);

    // Sends a response; when there is no room it is lost, as the real daemon's is.
    public abstract void Respond(ReadOnlySpan<byte> response);

    // Sends a response that breaks the rules of the channel.
    public abstract void RespondDamaged(ReadOnlySpan<byte> response, uint? claimedSize, uint? magic);

    // Sends an event, or returns false when there is no room now.
    public abstract bool TrySendEvent(ReadOnlySpan<byte> message);

    // Sends what is owed besides events; false when something remains.
    public abstract bool Flush();

    // 0 go, anything else stop.
    public abstract void SetFlowControl(int value);

    public abstract void Dispose();
}
