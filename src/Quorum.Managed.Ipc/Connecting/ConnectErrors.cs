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

    private const string MountTheDirectory =
        "corosync makes a new socket file at each start, and the mount of a file keeps the old one: "
        + "mount the directory of the socket instead, or restart this container.";

    // Path: what lies at the address, if it is a path.
    public static IpcException CannotConnect(IpcAddress address, SocketException cause, SocketPath path)
    {
        int errno = Errno.Of(cause);
        if (errno == Errno.ECONNREFUSED && address.IsPath)
        {
            return NobodyListens(address.Value, path, cause);
        }

        (string problem, string? remedy) = (errno, address.IsPath) switch
        {
            (Errno.ENOENT, true) => ($"There is no socket at {address.Value}.", IsCorosyncRunning),
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

    private static IpcException NobodyListens(string address, SocketPath path, SocketException cause)
    {
        (string problem, string remedy) = path switch
        {
            SocketPath.Replaced => (
                $"The socket {address} was removed or replaced after it was mounted here.", MountTheDirectory),
            SocketPath.Directory => (
                $"There is a directory at {address} instead of a socket.",
                "Docker's -v makes a directory of a source that does not exist, and corosync cannot listen while a "
                    + "directory has its socket's name: remove the container, remove the directory on the host, "
                    + "start corosync, and mount the directory in which the sockets are."),
            SocketPath.Other => (
                $"The file {address} is not a socket.", "Give the path of the daemon's socket."),
            SocketPath.Socket => (
                $"Nobody listens at the socket {address}: it was left behind by a daemon that died.",
                IsCorosyncRunning),
            _ => (
                $"Nobody listens at the socket {address}: it was left behind by a daemon that died, or mounted here "
                    + "and then replaced.",
                IsCorosyncRunning + " " + MountTheDirectory),
        };
        return new IpcException(IpcStage.Connect, Errno.ECONNREFUSED, problem, remedy, cause)
        {
            IsMountingMistake = path is SocketPath.Replaced or SocketPath.Directory,
        };
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
    // What was mounted wrongly is told besides.
    public static IpcException NoDaemonFound(List<IpcException> failures)
    {
        IpcException main = failures.Find(failure => failure.IsUntrusted) ?? failures[0];
        return failures.Count == 1 ? main : new IpcException(
            IpcStage.Connect,
            main.Errno,
            "No daemon was found: " + string.Join(" ", failures.Select(failure => failure.Problem)),
            main.IsUntrusted ? main.Remedy
                : failures.Find(static failure => failure.IsMountingMistake) is { } mistake
                ? $"{mistake.Remedy} Otherwise: {IsCorosyncRunning}"
                : IsCorosyncRunning + " " + ShareNetwork,
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
                AllowTheUser()),
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
            // A daemon that ends shows in one of three ways.
            SocketException socket => Errno.Of(socket) is Errno.EPIPE ? Errno.ECONNRESET : Errno.Of(socket),
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

    // In numbers: a container may have no /etc/passwd. The daemon sees the ids outside of this process's namespace.
    private static string AllowTheUser()
    {
        if (TrustedPeer.Own is not { } own)
        {
            return "Allow the user that corosync's log names in corosync.conf (uidgid { uid: N }, or { gid: N }).";
        }

        uint uid = UserNamespace.Current.Outside(own.UserId) ?? own.UserId;
        uint gid = UserNamespace.CurrentGroups.Outside(own.GroupId) ?? own.GroupId;
        string inside = uid == own.UserId && gid == own.GroupId ? string.Empty : string.Create(
            CultureInfo.InvariantCulture,
            $"These are the ids outside of this process's user namespace; inside they are {own.UserId} and "
                + $"{own.GroupId}. ");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Allow the user in corosync.conf (uidgid {{ uid: {uid} }}, or its primary group, "
                + $"uidgid {{ gid: {gid} }}; or a file in /etc/corosync/uidgid.d) and restart corosync or run "
                + $"corosync-cfgtool -R. {inside}"
                + $"The primary group counts; supplementary groups do not count.");
    }
}
