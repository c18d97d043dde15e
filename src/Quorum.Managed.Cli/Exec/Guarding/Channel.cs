using Quorum.Managed.Ipc;

namespace Quorum.Managed.Cli;

// One end of the connection between exec and its guard. No call waits.
internal sealed unsafe class Channel(int descriptor)
{
    public int Descriptor => descriptor;

    // False when the other side is gone or does not read.
    public bool Send(GuardMessage message) => Kernel.Write(descriptor, &message, sizeof(GuardMessage)) > 0;

    // Reads a message. None in it: there is no more at the moment. Null: the other side is gone.
    public GuardMessage? Receive()
    {
        GuardMessage message = default;
        int got = Kernel.Read(descriptor, &message, sizeof(GuardMessage));
        return got == sizeof(GuardMessage) ? message
            : got is -Errno.EAGAIN or -Errno.EINTR ? default(GuardMessage)
            : null;
    }
}
