using System.Net.Sockets;

namespace Quorum.Managed.Ipc.Sockets;

// The failures of setting up a connection's datagram sockets.
internal static class DatagramErrors
{
    public static IpcException CannotOpen(IpcAddress address, string name, SocketException cause)
    {
        int errno = Errno.Of(cause);
        return errno switch
        {
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

    public static IpcException ImpossibleName(string name) => new(
        IpcStage.Map, Errno.EBADMSG, $"The daemon named a socket '{name}', which is empty or too long.");
}
