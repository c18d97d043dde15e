using System.Runtime.InteropServices;
using Quorum.Managed.Ipc.SharedMemory;

namespace Quorum.Managed.Benchmarks.Support;

// A ring of ours in plain memory.
internal sealed unsafe class MemoryRing : IDisposable
{
    private readonly byte* _header;
    private readonly byte* _data;

    public MemoryRing(uint words)
    {
        _header = (byte*)NativeMemory.AlignedAlloc(RingLayout.HeaderBytes, 64);
        new Span<byte>(_header, RingLayout.HeaderBytes).Clear();
        _data = (byte*)NativeMemory.AlignedAlloc(words * 4, 64);
        new Span<byte>(_data, (int)words * 4).Clear();
        Ring = new RingMemory(_header, _data, words, new SemaphoreDialect(SemaphoreKind.Glibc));
    }

    public RingMemory Ring { get; }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_header);
        NativeMemory.AlignedFree(_data);
    }
}
