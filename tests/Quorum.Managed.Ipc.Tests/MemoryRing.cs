using System.Runtime.InteropServices;
using Quorum.Managed.Ipc.SharedMemory;

namespace Quorum.Managed.Ipc.Tests;

// A ring in the memory of this process, with guard words behind its data.
internal sealed unsafe class MemoryRing : IDisposable
{
    private const uint Guard = 0x5AFE5AFE;
    private readonly byte* _header;
    private readonly uint* _data;
    private readonly uint _words;

    public MemoryRing(uint words, SemaphoreDialect? dialect = null)
    {
        _words = words;
        _header = (byte*)NativeMemory.AlignedAlloc(RingLayout.HeaderBytes, 64);
        new Span<byte>(_header, RingLayout.HeaderBytes).Clear();
        _data = (uint*)NativeMemory.AlignedAlloc((words + 4) * 4, 64);
        new Span<uint>(_data, (int)words).Clear();
        new Span<uint>(_data + words, 4).Fill(Guard);
        Ring = new RingMemory(_header, (byte*)_data, words, dialect ?? new SemaphoreDialect(SemaphoreKind.Glibc));
    }

    public RingMemory Ring { get; }

    public byte* SemaphoreAddress => _header + RingLayout.Semaphore;

    public bool GuardIsIntact => new Span<uint>(_data + _words, 4).IndexOfAnyExcept(Guard) < 0;

    public void Dispose()
    {
        NativeMemory.AlignedFree(_header);
        NativeMemory.AlignedFree(_data);
    }
}
