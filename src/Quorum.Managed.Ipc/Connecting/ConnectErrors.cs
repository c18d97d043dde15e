using System.Globalization;
using System.Net.Sockets;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Ipc;

// The failures of making a connection. A message says what was tried and what happened; its remedy says what to do.
// protocol-docs/errors.md has the table.
internal static class ConnectErrors
{
    private const string IsCorosyncRunning = "Is corosync running on this node (systemctl status corosync)?";

    private const string ShareNetwork =
        "An abstract address belongs to a network namespace: in a container, share the host's network "
        + "(docker run --network=host), or enable filesystem sockets (/etc/libqb/force-filesystem-sockets).";

    public static IpcException CannotConnect(IpcAddress address, SocketException cause)
    {
        int errno = Errno.Of(cause);
        (string problem, string? remedy) = (errno, address.IsPath) switch
        {
            (Errno.ENOENT, true) => ($"There is no socket at {address.Value}.", IsCorosyncRunning),
            (Errno.ECONNREFUSED, true) => (
                $"Nobody listens at the socket {address.Value}: it was left behind by a daemon that died.",
                IsCorosyncRunning),
            (Errno.ECONNREFUSED, false) => (
                $"Nobody listens at the abstract address '{address.Value}' in this network namespace.",
                IsCorosyncRunning + " " + ShareNetwork),
            (Errno.EACCES, _) => (
                $"The socket {address} cannot be reached: permission denied.",
                "Check the permissions of the socket and of the directories above it."),
            (Errno.EMFILE or Errno.ENFILE, _) => (
                $"No socket could be opened for {address}: this process has reached its limit of open files.",
                IpcErrors.RaiseFileLimit),
            _ => ($"Connecting to {address} failed: {cause.Message}", (string?)null),
        };
        return new IpcException(IpcStage.Connect, errno, problem, remedy, cause);
    }

    // Another user than root or this process's own listens there.
    public static IpcException NotTrusted(IpcAddress address, PeerCredentials peer) => new(
        IpcStage.Connect,
        Errno.EACCES,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The {(address.IsPath ? "socket" : "abstract address")} {address.Value} belongs to a process of uid "
                + $"{peer.UserId}, which is neither root nor this process's uid. The process is not trusted."),
        (peer.UserId == TrustedPeer.OverflowUid, address.IsPath) switch
        {
            (true, true) =>
                "Any user could have made this socket. If root appears as 65534 in this process's user namespace, "
                + "admit that uid with AdditionalTrustedUids. All users without a uid in the namespace are then "
                + "trusted.",
            (_, true) =>
                "Any user could have made this socket: remove it, or give the address of the real daemon. "
                + "If the daemon really runs as that uid, admit it with AdditionalTrustedUids.",
            _ =>
                "While corosync does not run, any user in this network namespace can listen at its name: find that "
                + "process (ss -xlp) and end it. "
                + "If the daemon really runs as that uid, admit it with AdditionalTrustedUids.",
        })
    {
        IsUntrusted = true,
    };

    // One failure for all addresses. A listener that is not trusted matters most; otherwise the first address does.
    public static IpcException NoDaemonFound(List<IpcException> failures)
    {
        IpcException main = failures.Find(failure => failure.IsUntrusted) ?? failures[0];
        return failures.Count == 1 ? main : new IpcException(
            IpcStage.Connect,
            main.Errno,
            "No daemon was found: " + string.Join(" ", failures.Select(failure => failure.Problem)),
            main.IsUntrusted ? main.Remedy : IsCorosyncRunning + " " + ShareNetwork,
            main)
        {
            IsUntrusted = main.IsUntrusted,
        };
    }

    public static IpcException Refused(IpcAddress address, int errno)
    {
        (string problem, string? remedy) = errno switch
        {
            Errno.EACCES => (
                "refused this process: its uid and gid, as the daemon sees them, are not allowed.",
                $"Allow the user in corosync.conf (uidgid {{ uid: {UserId()} }}, or a file in "
                    + "/etc/corosync/uidgid.d) and restart corosync or run corosync-cfgtool -R. "
                    + "The primary group counts; supplementary groups do not count."),
            Errno.EAGAIN => (
                "is still starting and does not take connections yet.",
                "Try again, or give a longer connect timeout."),
            Errno.ENOSPC or Errno.ENOMEM => (
                "has no room for another connection's files in its /dev/shm.",
                "Enlarge /dev/shm (docker run --shm-size, or mount -o remount,size=), "
                    + "or ask for smaller rings (MaxMessageSize)."),
            Errno.EMFILE => (
                "has reached its limit of open files.", "Close connections, or raise the daemon's limit."),
            _ => (
                string.Create(CultureInfo.InvariantCulture, $"refused the connection with error {errno}."),
                (string?)null),
        };
        return new IpcException(IpcStage.Authenticate, errno, $"The daemon at {address} {problem}", remedy);
    }

    public static IpcException HandshakeTimedOut(IpcAddress address, TimeSpan time) => new(
        IpcStage.Authenticate,
        Errno.ETIMEDOUT,
        FormattableString.Invariant(
            $"The daemon at {address} did not answer the handshake within {time.TotalSeconds:0.#######} s."),
        "It may be stopped or overloaded: look at its process and log.");

    public static IpcException HandshakeFailed(IpcAddress address, Exception cause) => new(
        IpcStage.Authenticate,
        cause switch
        {
            SocketException socket => Errno.Of(socket),
            EndOfStreamException => Errno.ECONNRESET,
            _ => Errno.EBADMSG,
        },
        $"The handshake with {address} failed: {cause.Message}",
        cause is WireFormatException ? "Does corosync really listen there?" : null,
        cause);

    public static IpcException GoneWhileMapping(IpcException cause) => new(
        IpcStage.Map,
        Errno.ECONNRESET,
        "The daemon went away while its shared memory was being mapped.",
        IsCorosyncRunning,
        cause);

    public static IpcException UnsupportedType(IpcAddress address, IpcConnectionType type) => new(
        IpcStage.Map,
        Errno.ENOTSUP,
        $"The daemon at {address} offers connections of the type {NameOf(type)}, which are not supported.",
        "Set system { qb_ipc_type: shm } (or socket) in corosync.conf.");

    private static string NameOf(IpcConnectionType type) => type switch
    {
        IpcConnectionType.PosixMessageQueue => "POSIX message queue",
        IpcConnectionType.SystemVMessageQueue => "System V message queue",
        _ => ((int)type).ToString(CultureInfo.InvariantCulture),
    };

    // As the host sees it, in numbers: a container may have no /etc/passwd.
    private static string UserId() =>
        TrustedPeer.OwnUid is { } own && UserNamespace.Current.Outside(own) is { } uid
            ? uid.ToString(CultureInfo.InvariantCulture)
            : "<the uid that the daemon sees>";
}
