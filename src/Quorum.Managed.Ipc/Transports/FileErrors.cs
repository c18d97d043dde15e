using System.Globalization;

namespace Quorum.Managed.Ipc;

// The failures with the files that the daemon made for a connection.
internal static class FileErrors
{
    // The name leads outside the shared-memory directory, or to something that this process must not trust.
    public static IpcException NotTrusted(string name, string reason, string? remedy = null) => new(
        IpcStage.Map,
        Errno.EBADMSG,
        $"The daemon named the file '{name}', but {reason}. The name was not followed.",
        remedy)
    {
        IsUntrusted = true,
    };

    public static IpcException TooShort(string path, long length, long needed) => new(
        IpcStage.Map,
        Errno.EBADMSG,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The shared-memory file {path} has {length} bytes where at least {needed} are needed."),
        "Another program shortened the file, or the directory is not the daemon's /dev/shm. "
            + "Make a new connection, and find out which other program writes there.");

    public static IpcException CannotOpen(string path, string directory, int errno, Exception? cause) => errno switch
    {
        Errno.ENOENT => new IpcException(
            IpcStage.Map,
            errno,
            $"The daemon answered, but its shared-memory file {path} does not exist here.",
            "This process does not see the daemon's /dev/shm: share the host's /dev/shm with this container "
                + "(docker run -v /dev/shm:/dev/shm, or --ipc=host), or set the shared-memory directory to the path "
                + $"where it is mounted (now {directory}).",
            cause),
        Errno.EACCES or Errno.EPERM => new IpcException(
            IpcStage.Map,
            errno,
            $"The daemon's shared-memory file {path} cannot be opened: permission denied.",
            "The file belongs to the uid that the daemon saw for this process: "
                + "check user namespaces and security modules.",
            cause),
        Errno.EMFILE or Errno.ENFILE => new IpcException(
            IpcStage.Map,
            errno,
            $"The daemon's shared-memory file {path} cannot be opened: the limit of open files is reached.",
            IpcErrors.RaiseFileLimit,
            cause),
        _ => new IpcException(
            IpcStage.Map,
            errno,
            $"The daemon's shared-memory file {path} cannot be mapped: "
                + (cause?.Message ?? string.Create(CultureInfo.InvariantCulture, $"errno {errno}")),
            null,
            cause),
    };
}
