using System.IO.MemoryMappedFiles;
using System.Text;
using Quorum.Managed.Ipc.SharedMemory;

namespace Quorum.Managed.Testing;

// One ring that the server makes and maps. The caller of every member holds the cluster's mutex.
internal sealed unsafe class ServerRing : IDisposable
{
    // Measured. The layout ends at 8248.
    private const int HeaderFileBytes = 8252;

    // glibc marks a process-shared semaphore with this value.
    private const int ProcessShared = 0x80;

    // Measured: the real daemon's new ring has this number where the first chunk's size will be.
    private const uint FirstWord = 5;

    private readonly MemoryMappedViewAccessor[] _views;

    public ServerRing(ChannelDirectory directory, string name, uint maxMessageSize, uint claimedExtraWords)
    {
        Prefix = directory.PathOf(name);
        string header = Prefix + "-header";
        string data = Prefix + "-data";
        long bytes = RingLayout.DataBytes(maxMessageSize, Environment.SystemPageSize);
        MemoryMappedViewAccessor headerView = directory.CreateFile(header, HeaderFileBytes);
        MemoryMappedViewAccessor dataView;
        try
        {
            dataView = directory.CreateFile(data, bytes);
        }
        catch
        {
            headerView.Dispose();
            throw;
        }

        _views = [headerView, dataView];
        byte* address = Address(headerView);
        uint words = (uint)(bytes / sizeof(uint));
        Memory = new RingMemory(address, Address(dataView), words, new SemaphoreDialect(SemaphoreKind.Glibc));
        *(uint*)(address + RingLayout.WordSize) = Memory.Capacity + claimedExtraWords;
        WriteText(address + RingLayout.HeaderPath, header);
        WriteText(address + RingLayout.DataPath, data);
        *(int*)(address + RingLayout.Semaphore + SemaphoreDialect.LayoutWord) = ProcessShared;
        Memory.Word(0) = FirstWord;
        Volatile.Write(ref Memory.ReferenceCount, 1);
    }

    // The names of the ring's two files begin with this path.
    public string Prefix { get; }

    public RingMemory Memory { get; }

    public void Dispose()
    {
        Interlocked.Decrement(ref Memory.ReferenceCount);
        foreach (MemoryMappedViewAccessor view in _views)
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
        }
    }

    private static byte* Address(MemoryMappedViewAccessor view)
    {
        byte* address = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        return address + view.PointerOffset;
    }

    private static void WriteText(byte* destination, string text) =>
        Encoding.UTF8.GetBytes(text, new Span<byte>(destination, RingLayout.PathBytes - 1));
}
