using System.Globalization;
using System.Net.Sockets;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Ipc;

// Failures with what the daemon made for the connection.
internal static partial class IpcErrors
{
    public static IpcException NotFollowed(string name, string why, string? remedy = null) => new(
        IpcStage.Map, Errno.EBADMSG, $"The daemon named the file '{name}', but {why}: it is not followed.", remedy)
    {
        IsUntrusted = true,
    };

    public static IpcException TooShort(string path, long length, long needed) => new(
        IpcStage.Map,
        Errno.EBADMSG,
        string.Create(CultureInfo.InvariantCulture, $"The shared-memory file {path} has {length} bytes where at least {needed} are needed."),
        "Another program has cut it short, or the directory is not the daemon's: make a new connection, and look at who else writes there.");

    public static IpcException CannotOpen(string path, string directory, int errno, Exception? cause) => errno switch
    {
        Errno.ENOENT => new IpcException(
            IpcStage.Map,
            errno,
            $"The daemon answered, but its shared-memory file {path} does not exist here.",
            $"This process does not see the daemon's /dev/shm: share the host's /dev/shm with this container (docker run -v /dev/shm:/dev/shm, or --ipc=host), or set the shared-memory directory to where it is mounted (now {directory}).",
            cause),
        Errno.EACCES or Errno.EPERM => new IpcException(
            IpcStage.Map,
            errno,
            $"The daemon's shared-memory file {path} cannot be opened: permission denied.",
            "Its owner is the uid that the daemon saw for this process: check user namespaces and security modules.",
            cause),
        Errno.EMFILE or Errno.ENFILE => new IpcException(
            IpcStage.Map,
            errno,
            $"The daemon's shared-memory file {path} cannot be opened: the limit of open files is reached.",
            RaiseFileLimit,
            cause),
        _ => new IpcException(
            IpcStage.Map,
            errno,
            string.Create(CultureInfo.InvariantCulture, $"The daemon's shared-memory file {path} cannot be mapped: {cause?.Message ?? "errno " + errno.ToString(CultureInfo.InvariantCulture)}"),
            null,
            cause),
    };

    public static IpcException GoneWhileMapping(IpcException cause) => new(
        IpcStage.Map, Errno.ECONNRESET, "The daemon went away while its shared memory was being mapped.", IsCorosyncRunning, cause);

    public static IpcException NoDatagrams(IpcAddress address, string name, SocketException cause)
    {
        int errno = ErrnoOf(cause);
        return errno switch
        {
            Errno.ECONNREFUSED => new IpcException(
                IpcStage.Map,
                errno,
                $"The daemon at {address} uses the socket transport, but nobody listens at its abstract address '{name}-request' in this network namespace.",
                "The datagram sockets of this transport always have abstract addresses, which belong to the daemon's network namespace, even when the daemon itself is reached by a path: share the network namespace (docker run --network=host), or set system { qb_ipc_type: shm } in corosync.conf.",
                cause),
            Errno.EMFILE or Errno.ENFILE => new IpcException(
                IpcStage.Map, errno, $"The datagram sockets for {address} could not be opened: the limit of open files is reached.", RaiseFileLimit, cause),
            _ => new IpcException(IpcStage.Map, errno, $"The datagram sockets for {address} could not be set up: {cause.Message}", null, cause),
        };
    }

    public static IpcException UnknownType(IpcAddress address, IpcConnectionType type) => new(
        IpcStage.Map,
        Errno.ENOTSUP,
        $"The daemon at {address} offers connections of the type {Name(type)}, which are not supported.",
        "Set system { qb_ipc_type: shm } (or socket) in corosync.conf.");

    public static IpcClosedException TooLong(IpcStage stage, int length, int room) => new(
        stage,
        Errno.EBADMSG,
        string.Create(CultureInfo.InvariantCulture, $"The daemon sent a message of {length} bytes, more than the {room} that are possible here."),
        Reconnect);

    public static IpcException RequestTooLarge(int length, int limit) => new(
        IpcStage.Request,
        Errno.EMSGSIZE,
        string.Create(CultureInfo.InvariantCulture, $"A request of {length} bytes is larger than the {limit} that the daemon granted."),
        "Ask for more with MaxMessageSize.");

    private static string Name(IpcConnectionType type) => type switch
    {
        IpcConnectionType.PosixMessageQueue => "POSIX message queue",
        IpcConnectionType.SystemVMessageQueue => "System V message queue",
        _ => ((int)type).ToString(CultureInfo.InvariantCulture),
    };
}
