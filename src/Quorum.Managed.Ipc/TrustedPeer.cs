using System.Globalization;
using System.Net.Sockets;

namespace Quorum.Managed.Ipc;

// A socket in the file system can be planted by whoever may write to its directory: its listener is believed only when it runs as root, as ourselves, or as
// a uid that the caller admits. protocol-docs/handshake.md, "Whom to believe".
internal static class TrustedPeer
{
    // What users without a uid in a user namespace appear as there.
    private const uint OverflowUid = 65534;

    // The effective uid of this process in its user namespace, as it was when first asked for; null where that cannot be told.
    private static readonly Lazy<uint?> Own = new(ReadOwnUid);

    public static void Check(IpcAddress address, PeerCredentials peer, IpcConnectionOptions options)
    {
        if (!address.IsPath || IsTrusted(peer.UserId, options.AdditionalTrustedUids))
        {
            return;
        }

        throw new IpcException(
            IpcStage.Connect,
            Errno.EACCES,
            string.Create(CultureInfo.InvariantCulture, $"The socket {address.Value} belongs to a process of uid {peer.UserId}, neither root nor this process's own uid: it is not believed."),
            peer.UserId == OverflowUid
                ? "Any user could have planted it. If this process runs in a user namespace in which root appears as 65534, admit that uid with AdditionalTrustedUids, knowing that every user that has no uid there appears so."
                : "Any user could have planted it: remove it, or give the address of the real daemon. If the daemon really runs as that uid, admit it with AdditionalTrustedUids.")
        {
            IsUntrusted = true,
        };
    }

    public static bool IsTrusted(uint uid, IReadOnlyList<uint> additional)
    {
        if (uid == 0)
        {
            return true;
        }

        for (int i = 0; i < additional.Count; i++)
        {
            if (additional[i] == uid)
            {
                return true;
            }
        }

        return uid == Own.Value;
    }

    // The kernel tells it of ourselves as it does of others.
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
