using System.Net.Sockets;

namespace Quorum.Managed.Ipc.Sockets;

// The failures of setting up a connection's datagram sockets.
internal static class DatagramErrors
{
    private const string MountWritable =
        "A libqb as old as the daemon's makes these sockets beside its setup socket, and the client makes its own "
        + "there: mount the directory of the setup socket, writable, or set system { qb_ipc_type: shm } in "
        + "corosync.conf.";

    // Files: whether the sockets are files and not abstract addresses.
    public static IpcException CannotOpen(IpcAddress address, string name, bool files, SocketException cause)
    {
        int errno = Errno.Of(cause);
        return errno switch
        {
            not (Errno.EMFILE or Errno.ENFILE) when files => new IpcException(
                IpcStage.Map,
                errno,
                $"The datagram sockets {name} for {address} could not be set up: {cause.Message}",
                MountWritable,
                cause),
            Errno.ECONNREFUSED => new IpcException(
                IpcStage.Map,
                errno,
                $"The daemon at {address} uses the socket transport, but nobody listens at its abstract address "
                    + $"'{name}-request' in this network namespace.",
                "The datagram sockets of this transport always have abstract addresses. These belong to the daemon's "
                    + "network namespace, even when the daemon itself is reached by a path: "
                    + "share the network namespace (docker run --network=host), "
                    + "or set system { qb_ipc_type: shm } in corosync.conf.",
                cause),
            Errno.EMFILE or Errno.ENFILE => new IpcException(
                IpcStage.Map,
                errno,
                $"The datagram sockets for {address} could not be opened: the limit of open files is reached.",
                IpcErrors.RaiseFileLimit,
                cause),
            _ => new IpcException(
                IpcStage.Map,
                errno,
                $"The datagram sockets for {address} could not be set up: {cause.Message}",
                null,
                cause),
        };
    }

    // Of a daemon whose datagram sockets are files.
    public static IpcException NoSocketFile(string path, int errno) => new(
        IpcStage.Map,
        errno,
        FormattableString.Invariant($"The daemon's datagram socket {path} cannot be used here (errno {errno})."),
        MountWritable);

    public static IpcException ImpossibleName(string name) => new(
        IpcStage.Map, Errno.EBADMSG, $"The daemon named a socket '{name}', which is empty or too long.");
}
