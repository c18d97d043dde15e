using System.Net.Sockets;

namespace Quorum.Managed.Ipc;

// Which users are believed. Any user may listen at an abstract address while the daemon does not run, and any user that
// may write to a directory can place a socket there. A listener is therefore trusted only when it runs as root, as this
// process's effective user, or as a uid that the caller admits.
// protocol-docs/handshake.md, "Whom to believe".
internal static class TrustedPeer
{
    // Users without a uid in a user namespace appear as this one there.
    public const uint OverflowUid = 65534;

    // The effective uid of this process in its user namespace now; null where it is unknown.
    public static uint? OwnUid => Own?.UserId;

    // The effective ids of this process in its user namespace now; null where they are unknown. Asks the kernel about a
    // connection of this process to itself, as it is asked about a daemon. A process can change its ids, so the answer
    // is not kept.
    public static PeerCredentials? Own
    {
        get
        {
            try
            {
                using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                UnixDomainSocketEndPoint address = new("\0quorum-managed-" + Guid.NewGuid().ToString("N"));
                listener.Bind(address);
                listener.Listen(1);
                using Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                client.Connect(address);
                return SetupSocket.PeerCredentialsOf(client);
            }
            catch (SocketException)
            {
                return null;
            }
        }
    }

    public static void Check(IpcAddress address, PeerCredentials peer, IpcConnectionOptions options)
    {
        if (!IsTrusted(address, peer.UserId, options.AdditionalTrustedUids))
        {
            throw ConnectErrors.NotTrusted(address, peer);
        }
    }

    // Whether a listener of this uid has root's rights over this process. The overflow uid can be root only where root
    // has no uid, and then stands for every other user without a uid too. At a path that is not enough: any user could
    // have put the socket there long before.
    public static bool IsRoot(IpcAddress address, uint uid) =>
        uid == 0 || (uid == OverflowUid && !address.IsPath && UserNamespace.Current.HidesRoot);

    private static bool IsTrusted(IpcAddress address, uint uid, IReadOnlyList<uint> additional) =>
        IsRoot(address, uid) || additional.Contains(uid) || uid == OwnUid;
}
