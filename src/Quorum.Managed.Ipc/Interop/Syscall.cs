using System.Runtime.InteropServices;

namespace Quorum.Managed.Ipc.Interop;

// The product's only native import: libc's syscall(2). It reaches the system calls that .NET has no managed form for.
// A connection with WaitStrategy.Polling never calls it.
//
// This type has no static fields, so its first call runs no static initialisation.
internal static partial class Syscall
{
    // False on a machine whose system call numbers are not known.
    public static bool IsSupported => SyscallNumbers.Current is not null;

    // Whether a connection with this strategy makes native calls.
    public static bool IsUsedBy(WaitStrategy strategy) => strategy != WaitStrategy.Polling && IsSupported;

    // Below zero after a failure; Marshal.GetLastPInvokeError tells the error number.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint Invoke(
        nint number,
        nint first = 0,
        nint second = 0,
        nint third = 0,
        nint fourth = 0,
        nint fifth = 0,
        nint sixth = 0);

    // The same without the error number. Keeping the error number costs two more calls into the runtime.
    [LibraryImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint InvokeWithoutError(
        nint number,
        nint first = 0,
        nint second = 0,
        nint third = 0,
        nint fourth = 0,
        nint fifth = 0,
        nint sixth = 0);

    // The same, and the runtime is not told that the thread is in native code. For the child between fork and execve:
    // it has no other threads, so a runtime that waited for one of them would wait for ever.
    [LibraryImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    public static partial nint InvokeInPlace(
        nint number,
        nint first = 0,
        nint second = 0,
        nint third = 0,
        nint fourth = 0,
        nint fifth = 0,
        nint sixth = 0);
}
