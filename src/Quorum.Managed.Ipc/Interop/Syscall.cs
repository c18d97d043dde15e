using System.Runtime.InteropServices;

namespace Quorum.Managed.Ipc.Interop;

// The only P/Invoke of the product: libc's syscall(2).
internal static partial class Syscall
{
    // Returns a negative number on failure. Marshal.GetLastPInvokeError then has the error number.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint Invoke(
        nint number, nint first, nint second, nint third, nint fourth, nint fifth, nint sixth);

    // As Invoke, without the error number. The runtime needs two more calls to keep the error number.
    [LibraryImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint InvokeWithoutError(
        nint number, nint first, nint second, nint third, nint fourth, nint fifth, nint sixth);
}
