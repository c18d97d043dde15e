using System.IO.MemoryMappedFiles;
using System.Text;
using Quorum.Managed.Ipc.SharedMemory;

namespace Quorum.Managed.Testing.Server;

// One ring made and mapped by the server. Whoever uses it holds the gate, and so does who disposes it.
internal sealed unsafe class ServerRing : IDisposable
{
    private const int HeaderFileBytes = 8252;   // measured; the layout ends at 8248
    private const int SharedValue = 0x80;       // glibc's mark of a process-shared semaphore

    private const uint FirstWord = 5;           // measured: what stands where the first chunk's size will

    private readonly MemoryMappedViewAccessor[] _views;

    public ServerRing(ChannelDirectory directory, string name, uint maxMessageSize, uint claimedExtraWords)
    {
        Prefix = $"{directory.Path}/qb-{name}-quorum";
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
        Memory = new RingMemory(address, Address(dataView), (uint)(bytes / 4), new SemaphoreDialect(SemaphoreKind.Glibc));
        *(uint*)(address + RingLayout.WordSize) = Memory.Capacity + claimedExtraWords;
        WriteText(address + RingLayout.HeaderPath, header);
        WriteText(address + RingLayout.DataPath, data);
        *(int*)(address + RingLayout.Semaphore + SemaphoreDialect.LayoutWord) = SharedValue;
        Memory.Word(0) = FirstWord;
        Volatile.Write(ref Memory.ReferenceCount, 1);
    }

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
