using System.Net.Sockets;

namespace Quorum.Managed.Ipc;

// The failures of a connection in words: what was tried, what happened, what to do. protocol-docs/errors.md has the table.
internal static partial class IpcErrors
{
    public const string IsCorosyncRunning = "Is corosync running on this node (systemctl status corosync)?";

    public const string ShareNetwork =
        "An abstract address belongs to a network namespace: in a container, share the host's network (docker run --network=host), or enable filesystem sockets (/etc/libqb/force-filesystem-sockets).";

    public const string RaiseFileLimit = "Raise the limit (ulimit -n, LimitNOFILE=) or close connections.";

    private const string Reconnect = "Make a new connection; the old one stays dead even when the daemon is back.";

    public static IpcClosedException Gone(IpcStage stage) => new(
        stage, Errno.ENOTCONN, "The daemon closed the connection, or died.", Reconnect);

    public static IpcClosedException Corrupt(IpcStage stage, Exception cause) => new(
        stage, Errno.EBADMSG, "The daemon's side of the connection does not follow the protocol: " + cause.Message, Reconnect, cause);

    public static IpcClosedException Again(IpcStage stage, IpcClosedException first) => new(
        stage, first.Errno, "The connection was closed earlier: " + first.Message, null, first);

    public static IpcException Cannot(IpcAddress address, SocketException cause)
    {
        int errno = ErrnoOf(cause);
        return (errno, address.IsPath) switch
        {
            (Errno.ENOENT, true) => new IpcException(
                IpcStage.Connect, errno, $"There is no socket at {address.Value}.", IsCorosyncRunning, cause),
            (Errno.ECONNREFUSED, true) => new IpcException(
                IpcStage.Connect, errno, $"Nobody listens at the socket {address.Value}: it was left behind by a daemon that died.", IsCorosyncRunning, cause),
            (Errno.ECONNREFUSED, false) => new IpcException(
                IpcStage.Connect, errno, $"Nobody listens at the abstract address '{address.Value}' in this network namespace.", IsCorosyncRunning + " " + ShareNetwork, cause),
            (Errno.EACCES, _) => new IpcException(
                IpcStage.Connect, errno, $"The socket {address} cannot be reached: permission denied.", "Check the permissions of the socket and of the directories above it.", cause),
            (Errno.EMFILE or Errno.ENFILE, _) => new IpcException(
                IpcStage.Connect, errno, $"No socket could be opened for {address}: this process has reached its limit of open files.", RaiseFileLimit, cause),
            _ => new IpcException(IpcStage.Connect, errno, $"Connecting to {address} failed: {cause.Message}", null, cause),
        };
    }

    // What is not believed is the news; otherwise the first address tells what is wrong.
    public static IpcException NoneListens(List<IpcException> failures)
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

    public static IpcException Refused(IpcAddress address, int errno) => errno switch
    {
        Errno.EACCES => new IpcException(
            IpcStage.Authenticate,
            errno,
            $"The daemon at {address} refused this process: its uid and gid (as the daemon sees them) are not allowed.",
            $"Allow the user in corosync.conf (uidgid {{ uid: {UserName()} }}, or a file in /etc/corosync/uidgid.d) and restart corosync or run corosync-cfgtool -R; supplementary groups do not count."),
        Errno.EAGAIN => new IpcException(
            IpcStage.Authenticate,
            errno,
            $"The daemon at {address} is still starting and does not take connections yet.",
            "Try again, or give a longer connect timeout."),
        Errno.ENOSPC or Errno.ENOMEM => new IpcException(
            IpcStage.Authenticate,
            errno,
            $"The daemon at {address} has no room for another connection's files in its /dev/shm.",
            "Enlarge /dev/shm (docker run --shm-size, or mount -o remount,size=), or ask for smaller rings (MaxMessageSize)."),
        Errno.EMFILE => new IpcException(
            IpcStage.Authenticate, errno, $"The daemon at {address} has reached its limit of open files.", "Close connections, or raise the daemon's limit."),
        _ => new IpcException(IpcStage.Authenticate, errno, $"The daemon at {address} refused the connection with error {errno}."),
    };

    public static IpcException HandshakeTimedOut(IpcAddress address, TimeSpan time) => new(
        IpcStage.Authenticate,
        Errno.ETIMEDOUT,
        FormattableString.Invariant($"The daemon at {address} did not answer the handshake within {time.TotalSeconds:0.###} s."),
        "It may be stopped or overloaded: look at its process and log.");

    public static IpcException RequestTimedOut(TimeSpan time) => new(
        IpcStage.Request,
        Errno.ETIMEDOUT,
        FormattableString.Invariant($"The daemon did not answer within {time.TotalSeconds:0.###} s."),
        "It may be stopped, overloaded, or changing membership; the connection stays usable.");

    public static IpcException Handshake(IpcAddress address, Exception cause) => new(
        IpcStage.Authenticate,
        cause is SocketException socket ? ErrnoOf(socket) : cause is EndOfStreamException ? Errno.ECONNRESET : Errno.EBADMSG,
        $"The handshake with {address} failed: {cause.Message}",
        cause is Protocol.WireFormatException ? "Does corosync really listen there?" : null,
        cause);

    // .NET knows one error for both limits of open files and calls it ENFILE; the process's own is by far the likelier.
    private static int ErrnoOf(SocketException cause) =>
        cause.SocketErrorCode == SocketError.TooManyOpenSockets ? Errno.EMFILE : cause.NativeErrorCode;

    private static string UserName() => Environment.IsPrivilegedProcess ? "<the uid that the daemon sees>" : Environment.UserName;
}
