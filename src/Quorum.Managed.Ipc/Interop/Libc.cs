using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Quorum.Managed.Ipc.Interop;

// The system calls that .NET has no call for. WaitStrategy.Polling never calls them.
internal static unsafe partial class Libc
{
    private const int FutexWait = 0;
    private const int FutexWake = 1;
    private const int AtCurrentDirectory = -100;
    private const int AtEmptyPath = 0x1000;
    private const int OpenReadWrite = 2;
    private const int OpenNonBlocking = 0x800;
    private const int OpenCloseOnExec = 0x80000;
    private const int OpenPath = 0x200000;
    private const int StatxTypeModeUid = 0x1 | 0x2 | 0x8;
    private const int EpollControlAdd = 1;
    private const uint EpollIn = 1;
    private const uint EpollPeerClosed = 0x2000;

    private static readonly SyscallNumbers? Numbers = SyscallNumbers.Current;

    public static bool IsSupported => Numbers is not null;

    // Sleeps while *address is expected, until woken, interrupted or timed out; which of them it was the caller finds out by looking. Shared futex: the waker is
    // another process.
    public static void Wait(uint* address, uint expected, TimeSpan timeout)
    {
        Timespec time = Timespec.From(timeout);
        _ = Syscall.InvokeWithoutError(Numbers!.Futex, (nint)address, FutexWait, (nint)expected, (nint)(&time), 0, 0);
    }

    public static void Wake(uint* address, int count) => _ = Syscall.InvokeWithoutError(Numbers!.Futex, (nint)address, FutexWake, count, 0, 0, 0);

    // Has the runtime bind the import that a doorbell is sent by: the first call of one may fail, or take milliseconds, and nothing may come between a chunk's commit and
    // its doorbell.
    public static void Prepare()
    {
        uint nobody = 0;
        Wake(&nobody, 1);
    }

    // A directory to open others in; a link is followed only in the path that the caller chose itself. Returns 0 or the error number.
    public static int OpenDirectory(SafeFileHandle? parent, string name, out SafeFileHandle directory) =>
        Open(parent, name, OpenPath | Numbers!.Directory | (parent is null ? 0 : Numbers.NoFollow), out directory);

    // A file to read and write; never a link's target, never created. Returns 0 or the error number.
    public static int OpenFile(SafeFileHandle directory, string name, out SafeFileHandle file) =>
        Open(directory, name, OpenReadWrite | OpenNonBlocking | Numbers!.NoFollow, out file);

    // Mode and owner of an open file. Returns 0 or the error number.
    public static int Status(SafeFileHandle file, out int mode, out uint owner)
    {
        // struct statx: u32 uid at 20, u16 mode at 28; 256 bytes on every machine.
        byte* status = stackalloc byte[256];
        byte empty = 0;
        bool taken = false;
        try
        {
            file.DangerousAddRef(ref taken);
            nint result = Syscall.Invoke(Numbers!.Statx, file.DangerousGetHandle(), (nint)(&empty), AtEmptyPath, StatxTypeModeUid, (nint)status, 0);
            mode = *(ushort*)(status + 28);
            owner = *(uint*)(status + 20);
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

    // One descriptor that polls readable while one of the two does, or its peer has closed. Returns 0 or the error number.
    public static int CreatePoll(SafeHandle first, SafeHandle second, out SafeFileHandle poll)
    {
        nint created = Syscall.Invoke(Numbers!.EpollCreate, OpenCloseOnExec, 0, 0, 0, 0, 0);
        poll = new SafeFileHandle(created, ownsHandle: true);
        if (created < 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        int error = Add(created, first);
        return error != 0 ? error : Add(created, second);
    }

    private static int Add(nint poll, SafeHandle watched)
    {
        // struct epoll_event is packed on x86-64 only; the data behind the events is not looked at.
        ulong* data = stackalloc ulong[2];
        data[0] = EpollIn | EpollPeerClosed;
        data[1] = 0;
        bool taken = false;
        try
        {
            watched.DangerousAddRef(ref taken);
            return Syscall.Invoke(Numbers!.EpollControl, poll, EpollControlAdd, watched.DangerousGetHandle(), (nint)data, 0, 0) < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
        finally
        {
            if (taken)
            {
                watched.DangerousRelease();
            }
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
            nint descriptor = Syscall.Invoke(Numbers!.OpenAt, at, path, flags | OpenCloseOnExec, 0, 0, 0);
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

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;

        public static Timespec From(TimeSpan time) =>
            new() { Seconds = time.Ticks / TimeSpan.TicksPerSecond, Nanoseconds = time.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick };
    }
}
