using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Quorum.Managed.Ipc.Sockets;

// Owns the resources of a connection of the socket transport: the setup socket, the two datagram sockets, the control
// file's mapping and the epoll descriptor. They are used only inside a handle scope, and the end of the last scope
// after Dispose releases them.
internal sealed class SocketChannels : SafeHandle
{
    private readonly MemoryMappedViewAccessor _view;
    private readonly unsafe byte* _control;

    // Takes over its arguments.
    public unsafe SocketChannels(
        SetupSocket setup, DatagramSocket requests, DatagramSocket events, MemoryMappedViewAccessor control)
        : base(IntPtr.Zero, ownsHandle: true)
    {
        Setup = setup;
        Requests = requests;
        Events = events;
        _view = control;
        byte* address = null;
        control.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        _control = address + control.PointerOffset;
        SetHandle(-1); // there is no handle of its own: any value but the invalid one
    }

    public SetupSocket Setup { get; }

    // Requests out, responses in.
    public DatagramSocket Requests { get; }

    public DatagramSocket Events { get; }

    public SharedPollHandle PollHandle { get; } = new();

    public override bool IsInvalid => handle == IntPtr.Zero;

    public unsafe ref int Control(int offset) => ref *(int*)(_control + offset);

    protected override bool ReleaseHandle()
    {
        PollHandle.Dispose();
        Requests.Dispose();
        Events.Dispose();
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        Setup.Dispose();
        return true;
    }
}
