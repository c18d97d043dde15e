using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Quorum.Managed.Ipc.Interop;

// Calls on files that .NET does not offer. Each returns 0 or the error number.
internal static unsafe class FileCalls
{
    private const int AtCurrentDirectory = -100;
    private const int AtEmptyPath = 0x1000;
    private const int OpenReadWrite = 2;
    private const int OpenNonBlocking = 0x800;
    private const int OpenCloseOnExec = 0x80000;
    private const int OpenPath = 0x200000;

    // STATX_TYPE, STATX_MODE, STATX_NLINK and STATX_UID, as far as a call needs them.
    private const int StatxTypeModeUid = 0x1 | 0x2 | 0x8;
    private const int StatxTypeLinks = 0x1 | 0x4;

    // struct statx, the same on every machine.
    private const int StatxBytes = 256;
    private const int StatxLinks = 16;
    private const int StatxUid = 20;
    private const int StatxMode = 28;

    // Opens a directory in which others are opened. Links are followed only without a parent: the caller chose that
    // path.
    public static int OpenDirectory(SafeFileHandle? parent, string name, out SafeFileHandle directory)
    {
        SyscallNumbers numbers = SyscallNumbers.Current!;
        int links = parent is null ? 0 : numbers.NoFollow;
        return Open(parent, name, OpenPath | numbers.Directory | links, out directory);
    }

    // Opens an existing file to read and write. A link is not followed.
    public static int OpenFile(SafeFileHandle directory, string name, out SafeFileHandle file) =>
        Open(directory, name, OpenReadWrite | OpenNonBlocking | SyscallNumbers.Current!.NoFollow, out file);

    // Opens a name only to find out what it is. A link is not followed.
    public static int OpenName(SafeFileHandle directory, string name, out SafeFileHandle opened) =>
        Open(directory, name, OpenPath | SyscallNumbers.Current!.NoFollow, out opened);

    // Reads the mode and the owner of an open file.
    public static int Status(SafeFileHandle file, out int mode, out uint owner)
    {
        byte* status = stackalloc byte[StatxBytes];
        byte emptyPath = 0;
        bool taken = false;
        try
        {
            file.DangerousAddRef(ref taken);
            nint result = Syscall.Invoke(
                SyscallNumbers.Current!.Statx,
                file.DangerousGetHandle(),
                (nint)(&emptyPath),
                AtEmptyPath,
                StatxTypeModeUid,
                (nint)status);
            mode = *(ushort*)(status + StatxMode);
            owner = *(uint*)(status + StatxUid);
            return result < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
        finally
        {
            if (taken)
            {
                file.DangerousRelease();
            }
        }
    }

    // Reads the mode of what a path leads to, and the number of its names. A file that is mounted keeps its place when
    // its last name is removed.
    public static int Status(string path, out int mode, out uint links)
    {
        byte* status = stackalloc byte[StatxBytes];
        int errno = CallAtPath(SyscallNumbers.Current?.Statx, path, 0, StatxTypeLinks, (nint)status);
        mode = *(ushort*)(status + StatxMode);
        links = *(uint*)(status + StatxLinks);
        return errno;
    }

    // Makes a directory, and fails with EEXIST when there is one. Directory.CreateDirectory would succeed then.
    public static int MakeDirectory(string path, int mode) =>
        CallAtPath(SyscallNumbers.Current?.MakeDirectoryAt, path, mode, 0);

    // Gives a file to a user and a group.
    public static int ChangeOwner(string path, uint user, uint group) =>
        CallAtPath(SyscallNumbers.Current?.ChangeOwnerAt, path, (nint)user, (nint)group);

    private static int CallAtPath(int? number, string path, nint first, nint second, nint third = 0)
    {
        if (number is null)
        {
            return Errno.ENOSYS;
        }

        nint name = Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            return Syscall.Invoke(number.Value, AtCurrentDirectory, name, first, second, third) < 0
                ? Marshal.GetLastPInvokeError()
                : 0;
        }
        finally
        {
            Marshal.FreeCoTaskMem(name);
        }
    }

    private static int Open(SafeFileHandle? directory, string name, int flags, out SafeFileHandle opened)
    {
        nint path = Marshal.StringToCoTaskMemUTF8(name);
        bool taken = false;
        try
        {
            directory?.DangerousAddRef(ref taken);
            nint at = directory?.DangerousGetHandle() ?? AtCurrentDirectory;
            nint descriptor = Syscall.Invoke(SyscallNumbers.Current!.OpenAt, at, path, flags | OpenCloseOnExec);
            int error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
            opened = new SafeFileHandle(descriptor, ownsHandle: true);
            return error;
        }
        finally
        {
            if (taken)
            {
                directory!.DangerousRelease();
            }

            Marshal.FreeCoTaskMem(path);
        }
    }
}
