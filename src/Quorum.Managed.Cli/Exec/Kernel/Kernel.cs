using System.Runtime.InteropServices;
using Quorum.Managed.Ipc;
using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Cli;

// The system calls of exec and its guard. A call returns what the kernel returns, or minus the error number. None
// allocates memory: a guard must be able to stop the command when there is no memory left.
internal static unsafe class Kernel
{
    public const short PollIn = 1;
    public const int NoHang = 1;
    public const int Untraced = 2;

    private const int AtCurrentDirectory = -100;
    private const int OpenCloseOnExec = 0x80000;
    private const int DescriptorCloseOnExec = 0x80000;
    private const int DescriptorNonBlocking = 0x800;
    private const int BootTime = 7;
    private const int TimerAbsolute = 1;
    private const int UnixDomain = 1;
    private const int SequencedPackets = 5;
    private const int SetMask = 2;
    private const int SetProcessName = 15; // PR_SET_NAME
    private const int SetChildSubreaper = 36; // PR_SET_CHILD_SUBREAPER
    private const int SignalSetBytes = 8;

    private static readonly KernelNumbers? Numbers = KernelNumbers.Current;

    public static bool IsSupported => Numbers is not null && BootClock.Read() is not null;

    // CLOCK_BOOTTIME in nanoseconds.
    public static long Now => BootClock.Read() ?? long.MaxValue;

    public static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;

    public static int ProcessId => (int)Syscall.Invoke(Numbers!.GetPid);

    public static int Parent => (int)Syscall.Invoke(Numbers!.GetParent);

    public static int Session => (int)Syscall.Invoke(Numbers!.GetSession);

    public static int Group => (int)Syscall.Invoke(Numbers!.GetGroup);

    public static int Read(int descriptor, void* buffer, int size) =>
        Result(Syscall.Invoke(Numbers!.Read, descriptor, (nint)buffer, size));

    public static int Write(int descriptor, void* buffer, int size) =>
        Result(Syscall.Invoke(Numbers!.Write, descriptor, (nint)buffer, size));

    public static void Close(int descriptor) => _ = Syscall.Invoke(Numbers!.Close, descriptor);

    // The copy stays open across execve.
    public static int Duplicate(int from, int to) => Result(Syscall.Invoke(Numbers!.Duplicate, from, to));

    public static int FileControl(int descriptor, int command, nint argument = 0) =>
        Result(Syscall.Invoke(Numbers!.FileControl, descriptor, command, argument));

    public static int DeviceControl(int descriptor, nint request, void* argument) =>
        Result(Syscall.Invoke(Numbers!.DeviceControl, descriptor, request, (nint)argument));

    // The path ends with a zero byte. The descriptor closes on execve.
    public static int Open(byte* path, int flags, int directory = AtCurrentDirectory) =>
        Result(Syscall.Invoke(Numbers!.OpenAt, directory, (nint)path, flags | OpenCloseOnExec));

    public static int SeekToStart(int descriptor) => Result(Syscall.Invoke(Numbers!.Seek, descriptor));

    // getdents64(2)
    public static int ReadDirectory(int descriptor, byte* buffer, int size) =>
        Result(Syscall.Invoke(Numbers!.Directory, descriptor, (nint)buffer, size));

    // Waits until a descriptor has something, at most for the time in nanoseconds.
    public static int Poll(PollDescriptor* descriptors, int count, long nanoseconds)
    {
        long* time = stackalloc long[2];
        time[0] = Math.Max(0, nanoseconds) / 1_000_000_000;
        time[1] = Math.Max(0, nanoseconds) % 1_000_000_000;
        return Result(Syscall.Invoke(Numbers!.Poll, (nint)descriptors, count, (nint)time));
    }

    // Both ends close on execve, and neither waits.
    public static int SocketPair(int* ends) => Result(Syscall.Invoke(
        Numbers!.SocketPair,
        UnixDomain,
        SequencedPackets | DescriptorCloseOnExec | DescriptorNonBlocking,
        0,
        (nint)ends));

    public static int EventDescriptor() => Result(Syscall.Invoke(
        Numbers!.EventDescriptor, 0, DescriptorCloseOnExec | DescriptorNonBlocking));

    public static int SignalDescriptor(ulong signals) => Result(Syscall.Invoke(
        Numbers!.SignalDescriptor,
        -1,
        (nint)(&signals),
        SignalSetBytes,
        DescriptorCloseOnExec | DescriptorNonBlocking));

    public static int TimerDescriptor() => Result(Syscall.Invoke(
        Numbers!.TimerCreate, BootTime, DescriptorCloseOnExec | DescriptorNonBlocking));

    // The timer becomes readable at this time of CLOCK_BOOTTIME, at once if the time has passed, never if it is zero.
    public static void SetTimer(int timer, long nanoseconds)
    {
        long* time = stackalloc long[4];
        time[0] = time[1] = 0;
        time[2] = nanoseconds / 1_000_000_000;
        time[3] = nanoseconds % 1_000_000_000;
        _ = Syscall.Invoke(Numbers!.TimerSet, timer, TimerAbsolute, (nint)time);
    }

    // Whether the signal's action is to be ignored.
    public static bool IsIgnored(int signal)
    {
        nint* action = stackalloc nint[8];
        action[0] = 0;
        _ = Syscall.Invoke(Numbers!.SignalAction, signal, 0, (nint)action, SignalSetBytes);
        return action[0] == 1;
    }

    public static void ResetAction(int signal)
    {
        nint* action = stackalloc nint[8];
        new Span<byte>(action, 8 * sizeof(nint)).Clear();
        _ = Syscall.Invoke(Numbers!.SignalAction, signal, (nint)action, 0, SignalSetBytes);
    }

    // The signals that this thread blocks: bit n - 1 is signal n.
    public static ulong Blocked
    {
        get
        {
            ulong blocked = 0;
            _ = Syscall.Invoke(Numbers!.SignalMask, SetMask, 0, (nint)(&blocked), SignalSetBytes);
            return blocked;
        }
        set => _ = Syscall.Invoke(Numbers!.SignalMask, SetMask, (nint)(&value), 0, SignalSetBytes);
    }

    // Waits for the end of all children, or of the last one only, at most for the time in nanoseconds.
    public static void AwaitChildren(long nanoseconds, int last = -1)
    {
        const long interval = 5_000_000;
        long end = Now + nanoseconds;
        int status = 0;
        int pid;
        while ((pid = Wait(&status, NoHang)) >= 0 && pid != last && Now < end)
        {
            if (pid == 0)
            {
                _ = Poll(null, 0, interval);
            }
        }
    }

    // A process, or minus a group.
    public static int Kill(int process, SignalNumber signal) =>
        Result(Syscall.Invoke(Numbers!.Kill, process, (nint)signal));

    public static int SetGroup(int process, int group) => Result(Syscall.Invoke(Numbers!.SetGroup, process, group));

    // Descendants whose parent has ended become children of this process.
    public static void AdoptOrphans() => _ = Syscall.Invoke(Numbers!.Control, SetChildSubreaper, 1);

    // The name that ps and killall show. Ends with a zero byte.
    public static void SetName(ReadOnlySpan<byte> name)
    {
        fixed (byte* start = name)
        {
            _ = Syscall.Invoke(Numbers!.Control, SetProcessName, (nint)start);
        }
    }

    // prlimit(2): the soft and the hard limit.
    public static int Limit(int process, int resource, ulong* limits) =>
        Result(Syscall.Invoke(Numbers!.Limit, process, resource, 0, (nint)limits));

    // Any child: its pid, zero if none has changed, or minus the error number.
    public static int Wait(int* status, int options) =>
        Result(Syscall.Invoke(Numbers!.Wait, -1, (nint)status, options));

    // Returns only on failure.
    public static int Execute(byte* path, byte** arguments, byte** environment) =>
        Result(Syscall.Invoke(Numbers!.Execute, (nint)path, (nint)arguments, (nint)environment));

    private static int Result(nint value) => value >= 0 ? (int)value : -Marshal.GetLastPInvokeError();

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
