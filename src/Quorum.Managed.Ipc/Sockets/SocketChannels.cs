using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Quorum.Managed.Ipc.Sockets;

// Owns all that a connection of the socket transport has: the setup socket, the two datagram sockets, the control file's mapping, and the descriptor to
// poll. Used only under a lease; all is given back with the last lease after Dispose.
internal sealed class SocketChannels : SafeHandle
{
    private readonly MemoryMappedViewAccessor _view;
    private readonly unsafe byte* _control;
    private SafeFileHandle? _poll;

    // Takes over its arguments.
    public unsafe SocketChannels(SetupSocket setup, DatagramSocket requests, DatagramSocket events, MemoryMappedViewAccessor control)
        : base(IntPtr.Zero, ownsHandle: true)
    {
        Setup = setup;
        Requests = requests;
        Events = events;
        _view = control;
        byte* address = null;
        control.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        _control = address + control.PointerOffset;
        SetHandle(-1); // no handle of its own: any value that is not the invalid one
    }

    public SetupSocket Setup { get; }

    // Requests out, responses in.
    public DatagramSocket Requests { get; }

    public DatagramSocket Events { get; }

    public override bool IsInvalid => handle == IntPtr.Zero;

    public unsafe ref int Control(int offset) => ref *(int*)(_control + offset);

    // The same descriptor for every caller; a handle that lost the race is closed again.
    public SafeFileHandle Poll(Func<SafeFileHandle> create)
    {
        if (Volatile.Read(ref _poll) is { } existing)
        {
            return existing;
        }

        SafeFileHandle created = create();
        SafeFileHandle? first = Interlocked.CompareExchange(ref _poll, created, null);
        if (first is null)
        {
            return created;
        }

        created.Dispose();
        return first;
    }

    protected override bool ReleaseHandle()
    {
        _poll?.Dispose();
        Requests.Dispose();
        Events.Dispose();
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        Setup.Dispose();
        return true;
    }
}
