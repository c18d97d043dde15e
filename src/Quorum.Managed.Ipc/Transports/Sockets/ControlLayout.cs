namespace Quorum.Managed.Ipc.Sockets;

// The socket transport's control file: for each channel the number of messages in flight, and its flow control.
// protocol-docs/socket-transport.md, "Control file".
internal static class ControlLayout
{
    public const int RequestSent = 0;           // i32
    public const int RequestFlowControl = 4;    // i32
    public const int ResponseSent = 8;          // i32; flow control at 12, not used
    public const int EventSent = 16;            // i32; flow control at 20, not used
    public const int Bytes = 24;
}
