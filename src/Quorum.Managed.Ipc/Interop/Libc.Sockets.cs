using System.Runtime.InteropServices;

namespace Quorum.Managed.Ipc.Interop;

// The calls of a round trip without what Socket does around them: after a pause, when nothing of that is in the processor's caches, it takes a few microseconds.
// None of them waits. The caller keeps the descriptor open.
internal static unsafe partial class Libc
{
    private const int MessagePeek = 0x2;
    private const int MessageTruncated = 0x20;
    private const int MessageDoNotWait = 0x40;
    private const int MessageNoSignal = 0x4000;
    private const short PollIn = 1;

    // Sends, and returns how many bytes were sent, or minus the error number. What failed is done once more, to learn why.
    public static int Send(SafeHandle socket, ReadOnlySpan<byte> message)
    {
        fixed (byte* start = message)
        {
            nint sent = Syscall.InvokeWithoutError(Numbers!.SendTo, socket.DangerousGetHandle(), (nint)start, message.Length, MessageDoNotWait | MessageNoSignal, 0, 0);
            if (sent >= 0)
            {
                return (int)sent;
            }

            sent = Syscall.Invoke(Numbers!.SendTo, socket.DangerousGetHandle(), (nint)start, message.Length, MessageDoNotWait | MessageNoSignal, 0, 0);
            return sent >= 0 ? (int)sent : -Marshal.GetLastPInvokeError();
        }
    }

    // Takes a datagram, and returns its whole length, however little of it fits, or minus the error number.
    public static int Receive(SafeHandle socket, Span<byte> destination) => Receive(socket, destination, MessageTruncated);

    // Takes what has come of a stream, or only looks at it, and returns how many bytes, 0 at its end, or minus the error number.
    public static int ReceiveStream(SafeHandle socket, Span<byte> destination, bool peek) => Receive(socket, destination, peek ? MessagePeek : 0);

    private static int Receive(SafeHandle socket, Span<byte> destination, int flags)
    {
        fixed (byte* start = destination)
        {
            nint received = Syscall.Invoke(Numbers!.ReceiveFrom, socket.DangerousGetHandle(), (nint)start, destination.Length, MessageDoNotWait | flags, 0, 0);
            return received >= 0 ? (int)received : -Marshal.GetLastPInvokeError();
        }
    }

    // Sleeps until one of two descriptors is readable, in error or closed, or the time has passed. Returns how many are, 0 also after an interruption; -1 where
    // the call is not allowed.
    public static int Poll(SafeHandle first, SafeHandle second, TimeSpan time)
    {
        PollDescriptor* descriptors = stackalloc PollDescriptor[2];
        descriptors[0] = new PollDescriptor { Descriptor = (int)first.DangerousGetHandle(), Events = PollIn };
        descriptors[1] = new PollDescriptor { Descriptor = (int)second.DangerousGetHandle(), Events = PollIn };
        Timespec timeout = Timespec.From(time);
        nint ready = Syscall.Invoke(Numbers!.Poll, (nint)descriptors, 2, (nint)(&timeout), 0, 0, 0);
        return ready >= 0 ? (int)ready : Marshal.GetLastPInvokeError() == Errno.EINTR ? 0 : -1;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
