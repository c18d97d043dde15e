using System.Runtime.InteropServices;

namespace Quorum.Managed.Ipc.Interop;

// The calls of a round trip without the work that Socket does around them. That work takes a few microseconds when the
// processor's caches no longer hold it, as after a pause. No call here waits. The caller keeps the descriptor open.
internal static unsafe class SocketCalls
{
    private const int MessagePeek = 0x2;
    private const int MessageTruncated = 0x20;
    private const int MessageDoNotWait = 0x40;
    private const int MessageNoSignal = 0x4000;

    // Returns the number of bytes sent, or minus the error number. A send that failed is repeated to learn the number.
    public static int Send(SafeHandle socket, ReadOnlySpan<byte> message)
    {
        const int flags = MessageDoNotWait | MessageNoSignal;
        fixed (byte* start = message)
        {
            nint descriptor = socket.DangerousGetHandle();
            int number = SyscallNumbers.Current!.SendTo;
            nint sent = Syscall.InvokeWithoutError(number, descriptor, (nint)start, message.Length, flags);
            if (sent >= 0)
            {
                return (int)sent;
            }

            sent = Syscall.Invoke(number, descriptor, (nint)start, message.Length, flags);
            return sent >= 0 ? (int)sent : -Marshal.GetLastPInvokeError();
        }
    }

    // Takes a datagram. Returns its whole length, also when only a part of it fits, or minus the error number.
    public static int Receive(SafeHandle socket, Span<byte> destination) =>
        Receive(socket, destination, MessageTruncated);

    // Takes or peeks at the bytes of a stream. Returns their number, 0 at the stream's end, or minus the error number.
    public static int ReceiveStream(SafeHandle socket, Span<byte> destination, bool peek) =>
        Receive(socket, destination, peek ? MessagePeek : 0);

    private static int Receive(SafeHandle socket, Span<byte> destination, int flags)
    {
        fixed (byte* start = destination)
        {
            nint received = Syscall.Invoke(
                SyscallNumbers.Current!.ReceiveFrom,
                socket.DangerousGetHandle(),
                (nint)start,
                destination.Length,
                MessageDoNotWait | flags);
            return received >= 0 ? (int)received : -Marshal.GetLastPInvokeError();
        }
    }
}
