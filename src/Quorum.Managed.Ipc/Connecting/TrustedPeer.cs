using System.Net.Sockets;

namespace Quorum.Managed.Ipc;

// Any process that may write to a directory can place a socket there. The listener at a path is therefore trusted only
// when it runs as root, as this process's user, or as a uid that the caller admits.
// protocol-docs/handshake.md, "Whom to believe".
internal static class TrustedPeer
{
    // Users without a uid in a user namespace appear as this one there.
    public const uint OverflowUid = 65534;

    // The effective uid of this process in its user namespace when it was first asked for; null where it is unknown.
    private static readonly Lazy<uint?> OwnUid = new(ReadOwnUid);

    public static void Check(IpcAddress address, PeerCredentials peer, IpcConnectionOptions options)
    {
        if (address.IsPath && !IsTrusted(peer.UserId, options.AdditionalTrustedUids))
        {
            throw ConnectErrors.NotTrusted(address, peer);
        }
    }

    public static bool IsTrusted(uint uid, IReadOnlyList<uint> additional) =>
        uid == 0 || additional.Contains(uid) || uid == OwnUid.Value;

    // Asks the kernel about a connection of this process to itself, as it is asked about a daemon.
    private static uint? ReadOwnUid()
    {
        try
        {
            using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            UnixDomainSocketEndPoint address = new("\0quorum-managed-" + Guid.NewGuid().ToString("N"));
            listener.Bind(address);
            listener.Listen(1);
            using Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            client.Connect(address);
            return SetupSocket.PeerCredentialsOf(client).UserId;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
