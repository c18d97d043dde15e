using System.Net.Sockets;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Ipc;

/// <summary>
/// Linux error numbers, and the <c>cs_error_t</c> that libquorum returns for each. The numbers are those of
/// asm-generic, the same on every machine that corosync runs on.
/// </summary>
/// <remarks>Source: protocol-docs/errors.md.</remarks>
public static class Errno
{
    /// <summary>Operation not permitted.</summary>
    public const int EPERM = 1;

    /// <summary>No such file or directory.</summary>
    public const int ENOENT = 2;

    /// <summary>Interrupted system call.</summary>
    public const int EINTR = 4;

    /// <summary>Argument list too long.</summary>
    public const int E2BIG = 7;

    /// <summary>Bad file descriptor.</summary>
    public const int EBADF = 9;

    /// <summary>Try again.</summary>
    public const int EAGAIN = 11;

    /// <summary>Out of memory.</summary>
    public const int ENOMEM = 12;

    /// <summary>Permission denied.</summary>
    public const int EACCES = 13;

    /// <summary>Device or resource busy.</summary>
    public const int EBUSY = 16;

    /// <summary>File exists.</summary>
    public const int EEXIST = 17;

    /// <summary>No such device.</summary>
    public const int ENODEV = 19;

    /// <summary>Not a directory.</summary>
    public const int ENOTDIR = 20;

    /// <summary>Invalid argument.</summary>
    public const int EINVAL = 22;

    /// <summary>Too many open files in the system.</summary>
    public const int ENFILE = 23;

    /// <summary>Too many open files in this process.</summary>
    public const int EMFILE = 24;

    /// <summary>No space left on device.</summary>
    public const int ENOSPC = 28;

    /// <summary>Read-only file system.</summary>
    public const int EROFS = 30;

    /// <summary>Broken pipe.</summary>
    public const int EPIPE = 32;

    /// <summary>Function not implemented.</summary>
    public const int ENOSYS = 38;

    /// <summary>Too many symbolic links, or one where none is allowed.</summary>
    public const int ELOOP = 40;

    /// <summary>No message of the desired type.</summary>
    public const int ENOMSG = 42;

    /// <summary>Invalid exchange.</summary>
    public const int EBADE = 52;

    /// <summary>Timer expired.</summary>
    public const int ETIME = 62;

    /// <summary>Bad message.</summary>
    public const int EBADMSG = 74;

    /// <summary>Value too large for its type.</summary>
    public const int EOVERFLOW = 75;

    /// <summary>Message too long.</summary>
    public const int EMSGSIZE = 90;

    /// <summary>Operation not supported.</summary>
    public const int ENOTSUP = 95;

    /// <summary>Connection reset by peer.</summary>
    public const int ECONNRESET = 104;

    /// <summary>No buffer space available.</summary>
    public const int ENOBUFS = 105;

    /// <summary>Not connected.</summary>
    public const int ENOTCONN = 107;

    /// <summary>Timed out.</summary>
    public const int ETIMEDOUT = 110;

    /// <summary>Connection refused.</summary>
    public const int ECONNREFUSED = 111;

    /// <summary>The value that libquorum returns for an error number of its transport.</summary>
    /// <param name="errno">A positive Linux error number.</param>
    /// <returns>
    /// The <c>cs_error_t</c>; <see cref="CorosyncError.Library"/> for a number without a value of its own, such as
    /// ECONNREFUSED and ENOTCONN.
    /// </returns>
    public static CorosyncError ToCorosyncError(int errno) => errno switch
    {
        EBADF => CorosyncError.BadHandle,
        ENOMEM => CorosyncError.NoMemory,
        ENOMSG or ENOBUFS or ETIMEDOUT or EAGAIN => CorosyncError.TryAgain,
        EBADE => CorosyncError.FailedOperation,
        ETIME => CorosyncError.Timeout,
        EINVAL => CorosyncError.InvalidParam,
        EBUSY => CorosyncError.Busy,
        EACCES => CorosyncError.Access,
        EOVERFLOW => CorosyncError.NameTooLong,
        EEXIST => CorosyncError.Exist,
        ENOSPC => CorosyncError.NoSpace,
        EINTR => CorosyncError.Interrupt,
        ENOENT or ENODEV => CorosyncError.NotExist,
        ENOSYS or ENOTSUP => CorosyncError.NotSupported,
        EBADMSG => CorosyncError.MessageError,
        EMSGSIZE or E2BIG => CorosyncError.TooBig,
        _ => CorosyncError.Library,
    };

    // .NET has one error for both limits of open files, and calls it ENFILE. The limit of the process is far likelier.
    internal static int Of(SocketException cause) =>
        cause.SocketErrorCode == SocketError.TooManyOpenSockets ? EMFILE : cause.NativeErrorCode;
}
