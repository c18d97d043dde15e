using System.Runtime.InteropServices;

namespace Quorum.Managed.Ipc.Interop;

// What a server needs of the file system and the base class library does not have: a directory that must be new, and the owner of a file.
internal static unsafe partial class Libc
{
    // Makes a directory that was not there before. Returns 0, or the error number.
    public static int MakeDirectory(string path, int mode) => OnPath(Numbers?.MakeDirectoryAt, path, mode, 0);

    // Gives a file to a user and a group. Returns 0, or the error number.
    public static int ChangeOwner(string path, uint user, uint group) => OnPath(Numbers?.ChangeOwnerAt, path, (nint)user, (nint)group);

    private static int OnPath(int? number, string path, nint first, nint second)
    {
        if (number is null)
        {
            return Errno.ENOSYS;
        }

        nint name = Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            return Syscall.Invoke(number.Value, AtCurrentDirectory, name, first, second, 0, 0) < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
        finally
        {
            Marshal.FreeCoTaskMem(name);
        }
    }
}
