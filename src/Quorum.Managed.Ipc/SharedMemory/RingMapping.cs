using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Quorum.Managed.Ipc.SharedMemory;

// Owns the mappings of a connection's three rings and its setup socket. The pointers of a RingMemory are good only under a lease (DangerousAddRef), and all
// is given back with the last lease after Dispose: nobody touches it once it is gone, whatever races with Dispose.
internal sealed class RingMapping : SafeHandle
{
    private readonly List<MemoryMappedViewAccessor> _views = new(6);
    private readonly List<RingMemory> _rings = new(3);

    private readonly SetupSocket _setup;

    public RingMapping(SetupSocket setup)
        : base(IntPtr.Zero, ownsHandle: true)
    {
        _setup = setup;
        SetHandle(-1); // no handle of its own: any value that is not the invalid one
    }

    public SetupSocket Setup => _setup;

    public override bool IsInvalid => handle == IntPtr.Zero;

    public unsafe RingMemory Add(MemoryMappedViewAccessor header, MemoryMappedViewAccessor data, uint capacity, SemaphoreDialect dialect)
    {
        byte* headerAddress = Own(header);
        byte* dataAddress = Own(data);
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

        _setup.Dispose();

        return true;
    }

    private unsafe byte* Own(MemoryMappedViewAccessor view)
    {
        byte* address = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        _views.Add(view);
        return address + view.PointerOffset;
    }
}
