using System.Runtime.InteropServices;
using Quorum.Managed.Ipc;
using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Cli;

// The system calls on descriptors 0 to 2 and on their terminal. .NET's Console would write terminal escapes first, and
// a FileStream keeps a file position of its own, which is wrong for a file that other processes write to as well, as in
// { quorum status; date; } > file.
internal static unsafe class DescriptorCalls
{
    // The kernel takes this many bytes into a pipe as a whole.
    public const int MostBytes = 4096;

    private const short Writable = 4;
    private const int StopSignal = 19;
    private const int BackgroundReadSignal = 21;
    private const int BlockSignals = 0;
    private const int SetSignals = 2;

    private static readonly SystemCalls? Numbers = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => new(0, 1, 16, 271, 62, 14, 328, 0x5413),
        Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64 =>
            new(63, 64, 29, 73, 129, 135, 287, 0x5413),
        Architecture.S390x => new(3, 4, 54, 302, 37, 175, 377, 0x5413),
        Architecture.Ppc64le => new(3, 4, 54, 281, 37, 174, 381, 0x40087468),
        _ => null,
    };

    public static bool IsSupported => Numbers is not null;

    // Writes a part and returns its length, or a negative error number.
    public static int Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            nint count = Syscall.Invoke(
                Numbers!.Write, descriptor, (nint)start, Math.Min(bytes.Length, MostBytes));
            return count >= 0 ? (int)count : -Marshal.GetLastPInvokeError();
        }
    }

    // Writes a part only if that does not block, and returns its length; otherwise a negative error number. Not every
    // kind of file can promise it: pipes can since Linux 6.4, terminals and files on disks cannot.
    public static int WriteAtOnce(int descriptor, ReadOnlySpan<byte> bytes)
    {
        const nint NoWait = 8;
        const nint AtThePosition = -1;
        fixed (byte* start = bytes)
        {
            // struct iovec
            nint* vector = stackalloc nint[2] { (nint)start, Math.Min(bytes.Length, MostBytes) };
            nint count = Syscall.Invoke(
                Numbers!.WriteVector, descriptor, (nint)vector, 1, AtThePosition, AtThePosition, NoWait);
            return count >= 0 ? (int)count : -Marshal.GetLastPInvokeError();
        }
    }

    // Reads a part and returns its length, or a negative error number. A read from the terminal in the background does
    // not stop the process; it returns EIO.
    public static int Read(int descriptor, Span<byte> bytes)
    {
        const nint SetBytes = sizeof(ulong);
        ulong blocked = 1UL << (BackgroundReadSignal - 1);
        ulong before = 0;
        _ = Syscall.Invoke(Numbers!.SignalMask, BlockSignals, (nint)(&blocked), (nint)(&before), SetBytes);
        fixed (byte* start = bytes)
        {
            nint count = Syscall.Invoke(Numbers.Read, descriptor, (nint)start, bytes.Length);
            int result = count >= 0 ? (int)count : -Marshal.GetLastPInvokeError();
            _ = Syscall.Invoke(Numbers.SignalMask, SetSignals, (nint)(&before), 0, SetBytes);
            return result;
        }
    }

    // Null if the descriptor is no terminal. Zeroes if the terminal has no size.
    public static (int Width, int Height)? TerminalSize(int descriptor)
    {
        // struct winsize: rows, columns, and two more.
        ushort* size = stackalloc ushort[4];
        return IsSupported && Syscall.Invoke(Numbers!.Control, descriptor, Numbers.WindowSize, (nint)size) == 0
            ? (size[1], size[0])
            : null;
    }

    // Sleeps until a write would not block, or fail.
    public static void WaitUntilWritable(int descriptor) => Poll(descriptor, Writable);

    // Whether a write of up to MostBytes would not block now.
    public static bool IsWritable(int descriptor) => Poll(descriptor, Writable, sleep: false) is > 0;

    // Sleeps until the descriptor's other end is closed: a pipe without a reader, a terminal that hung up. Returns
    // false when it cannot tell.
    public static bool WaitUntilClosed(int descriptor)
    {
        while (true)
        {
            int returned = Poll(descriptor, events: 0);
            if (returned != -Errno.EINTR)
            {
                return returned > 0;
            }
        }
    }

    // Stops this process, as Ctrl-Z does. Returns when it continues.
    public static void StopSelf() => _ = Syscall.Invoke(Numbers!.Kill, Environment.ProcessId, StopSignal);

    private static int Poll(int descriptor, short events, bool sleep = true)
    {
        // struct timespec of zero.
        long* now = stackalloc long[2];
        PollDescriptor poll = new() { Descriptor = descriptor, Events = events };
        nint ready = Syscall.Invoke(Numbers!.Poll, (nint)(&poll), 1, sleep ? 0 : (nint)now);
        return ready >= 0 ? poll.Returned : -Marshal.GetLastPInvokeError();
    }

    // read, write, ioctl, ppoll, kill, rt_sigprocmask, pwritev2; TIOCGWINSZ
    private sealed record SystemCalls(
        int Read, int Write, int Control, int Poll, int Kill, int SignalMask, int WriteVector, int WindowSize);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
