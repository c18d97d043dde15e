using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Quorum.Managed.Ipc.SharedMemory;

// Owns the setup socket of a connection and the mappings of its three rings. The pointers of a RingMemory are valid
// only inside a handle scope on this handle. The end of the last scope after Dispose unmaps the rings and closes the
// socket, so no operation that races with Dispose touches unmapped memory.
internal sealed class RingMapping : SafeHandle
{
    private readonly List<MemoryMappedViewAccessor> _views = new(6);
    private readonly List<RingMemory> _rings = new(3);

    // Takes over the setup socket.
    public RingMapping(SetupSocket setup)
        : base(IntPtr.Zero, ownsHandle: true)
    {
        Setup = setup;
        SetHandle(-1); // there is no handle of its own: any value but the invalid one
    }

    public SetupSocket Setup { get; }

    public SharedPollHandle PollHandle { get; } = new();

    public override bool IsInvalid => handle == IntPtr.Zero;

    // Takes over the views.
    public unsafe RingMemory Add(
        MemoryMappedViewAccessor header, MemoryMappedViewAccessor data, uint capacity, SemaphoreDialect dialect)
    {
        byte* headerAddress = TakeOver(header);
        byte* dataAddress = TakeOver(data);
        RingMemory ring = new(headerAddress, dataAddress, capacity, dialect);
        Interlocked.Increment(ref ring.ReferenceCount);
        _rings.Add(ring);
        return ring;
    }

    protected override bool ReleaseHandle()
    {
        foreach (RingMemory ring in _rings)
        {
            Interlocked.Decrement(ref ring.ReferenceCount);
        }

        foreach (MemoryMappedViewAccessor view in _views)
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
        }

        PollHandle.Dispose();
        Setup.Dispose();
        return true;
    }

    private unsafe byte* TakeOver(MemoryMappedViewAccessor view)
    {
        byte* address = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        _views.Add(view);
        return address + view.PointerOffset;
    }
}
