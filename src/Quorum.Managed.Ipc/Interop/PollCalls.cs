using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Quorum.Managed.Ipc.Interop;

// Waiting for two descriptors at once.
internal static unsafe class PollCalls
{
    private const short PollIn = 1;
    private const int DuplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC
    private const int EpollCloseOnExec = 0x80000;
    private const int EpollControlAdd = 1;
    private const uint EpollIn = 1;
    private const uint EpollPeerClosed = 0x2000;

    // Sleeps until a descriptor is readable, in error or closed, or the time has passed. Returns 1 if the first is
    // ready, 2 if only the second is, 0 if none is; 0 also after an interruption; -1 where the system call is not
    // allowed. The caller keeps the descriptors open.
    public static int Poll(SafeHandle first, SafeHandle second, TimeSpan time)
    {
        PollDescriptor* descriptors = stackalloc PollDescriptor[2];
        descriptors[0] = new PollDescriptor { Descriptor = (int)first.DangerousGetHandle(), Events = PollIn };
        descriptors[1] = new PollDescriptor { Descriptor = (int)second.DangerousGetHandle(), Events = PollIn };
        Timespec timeout = Timespec.From(time);
        nint ready = Syscall.Invoke(SyscallNumbers.Current!.Poll, (nint)descriptors, 2, (nint)(&timeout));
        return ready > 0 ? (descriptors[0].Returned != 0 ? 1 : 2)
            : ready == 0 || Marshal.GetLastPInvokeError() == Errno.EINTR ? 0
            : -1;
    }

    // A second descriptor of the same open file. Closing it leaves the first one open. Without native calls, where
    // there is no duplicate, a handle that does not own the first one's number.
    public static SafeFileHandle Duplicate(SafeHandle original, bool native)
    {
        if (!native)
        {
            return new SafeFileHandle(original.DangerousGetHandle(), ownsHandle: false);
        }

        nint descriptor = Syscall.Invoke(
            SyscallNumbers.Current!.FileControl, original.DangerousGetHandle(), DuplicateCloseOnExec);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw IpcErrors.CannotPoll(Marshal.GetLastPInvokeError());
    }

    // Makes a descriptor that polls readable while one of the two does or its peer has closed. Returns 0 or the error
    // number. The caller disposes of the handle in either case.
    public static int CreateEpoll(SafeHandle first, SafeHandle second, out SafeFileHandle epoll)
    {
        nint created = Syscall.Invoke(SyscallNumbers.Current!.EpollCreate, EpollCloseOnExec);
        epoll = new SafeFileHandle(created, ownsHandle: true);
        if (created < 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        int error = Add(created, first);
        return error != 0 ? error : Add(created, second);
    }

    private static int Add(nint epoll, SafeHandle watched)
    {
        // struct epoll_event: 32 bits of events, then data that nothing reads here. The struct is packed on x86-64
        // only. Both layouts begin with the events and fit in 16 bytes.
        uint* registration = stackalloc uint[4];
        new Span<uint>(registration, 4).Clear();
        registration[0] = EpollIn | EpollPeerClosed;
        bool taken = false;
        try
        {
            watched.DangerousAddRef(ref taken);
            nint result = Syscall.Invoke(
                SyscallNumbers.Current!.EpollControl,
                epoll,
                EpollControlAdd,
                watched.DangerousGetHandle(),
                (nint)registration);
            return result < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
        finally
        {
            if (taken)
            {
                watched.DangerousRelease();
            }
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
