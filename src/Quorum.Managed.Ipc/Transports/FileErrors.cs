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

    // The shared-memory directory itself.
    public static IpcException CannotOpenDirectory(string directory, int errno) => new(
        IpcStage.Map,
        errno,
        errno switch
        {
            Errno.ENOENT => $"The shared-memory directory {directory} does not exist here.",
            Errno.ENOTDIR => $"The shared-memory directory {directory} is not a directory.",
            Errno.EACCES => $"The shared-memory directory {directory} cannot be entered: permission denied.",
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"The shared-memory directory {directory} cannot be opened: errno {errno}."),
        },
        "Set it to the path at which the host's /dev/shm is mounted here "
            + "(docker run -v /dev/shm:/run/host-shm: /run/host-shm).");

    public static IpcException CannotOpen(string path, string directory, int errno, Exception? cause) => errno switch
    {
        Errno.EROFS => new IpcException(
            IpcStage.Map,
            errno,
            $"The daemon's shared-memory file {path} cannot be written to: it is mounted read-only here.",
            "A client writes its requests into shared memory: mount the host's /dev/shm read-write "
                + "(docker run -v /dev/shm:/dev/shm without :ro; Kubernetes: no readOnly). "
                + "A read-only root file system (--read-only) does no harm.",
            cause),
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
