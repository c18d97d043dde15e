using System.IO.MemoryMappedFiles;
using System.Text;

namespace Quorum.Managed.Ipc.SharedMemory;

// Opens and maps a connection's rings. Each size and path that the daemon wrote is checked before it is used.
// protocol-docs/shared-memory-rings.md.
internal sealed class RingOpener(SharedFiles files)
{
    // libqb up to 1.0.3 sends names without a directory. Its files have this prefix.
    private const string RelativePrefix = "qb-";
    private const int SmallestCapacity = 16;

    // Shared by the rings of a connection: one daemon made them, with one C library.
    private readonly SemaphoreDialect _dialect = new();

    public RingMemory Open(RingMapping mapping, string name)
    {
        string headerPath = files.Locate(name, RelativePrefix) + "-header";
        MemoryMappedViewAccessor? header = null;
        MemoryMappedViewAccessor? data = null;
        try
        {
            header = files.Map(headerPath, RingLayout.HeaderBytes);
            ReadHeader(header, headerPath, out uint capacity, out string dataName);
            _dialect.Read(header.ReadUInt32(RingLayout.Semaphore + SemaphoreDialect.LayoutWord));
            data = files.Map(files.Locate(dataName, string.Empty), (long)capacity * 4);
            RingMemory ring = mapping.Add(header, data, capacity, _dialect);
            header = null;
            data = null;
            return ring;
        }
        finally
        {
            header?.Dispose();
            data?.Dispose();
        }
    }

    private static void ReadHeader(
        MemoryMappedViewAccessor header, string path, out uint capacity, out string dataName)
    {
        Span<byte> bytes = stackalloc byte[RingLayout.PathBytes];
        header.SafeMemoryMappedViewHandle.ReadSpan(RingLayout.DataPath, bytes);
        int end = bytes.IndexOf((byte)0);
        capacity = header.ReadUInt32(RingLayout.WordSize);
        if (end <= 0)
        {
            throw Malformed(path, "no path of its data file");
        }

        if (capacity is < SmallestCapacity or > int.MaxValue / 4)
        {
            throw Malformed(path, $"an impossible capacity of {capacity} words");
        }

        dataName = Encoding.UTF8.GetString(bytes[..end]);
    }

    private static IpcException Malformed(string path, string problem) =>
        new(IpcStage.Map, Errno.EBADMSG, $"The ring header {path} has {problem}.");
}
