using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Quorum.Managed.TestSupport.Raw;

/// <summary>
/// A libqb ring in two files, made and used from the daemon's side. Written a second time here, from protocol-docs/shared-memory-rings.md alone, so that it shares
/// no mistake with the product; and every word of it can be damaged.
/// </summary>
public sealed unsafe class RawRing : IDisposable
{
    public const uint Committed = 0xA1A1A1A1;
    public const int HeaderFileBytes = 8252;
    private readonly MemoryMappedFile[] _files;
    private readonly MemoryMappedViewAccessor[] _views;
    private readonly byte* _header;
    private readonly uint* _data;

    public RawRing(string prefix, uint maxMessageSize)
    {
        HeaderPath = prefix + "-header";
        DataPath = prefix + "-data";
        int dataBytes = (int)((maxMessageSize + 13 + 4095) / 4096 * 4096);
        Words = (uint)dataBytes / 4;
        _files = [Create(HeaderPath, HeaderFileBytes), Create(DataPath, dataBytes)];
        _views = [_files[0].CreateViewAccessor(), _files[1].CreateViewAccessor()];
        byte* data = null;
        _views[0].SafeMemoryMappedViewHandle.AcquirePointer(ref _header);
        _views[1].SafeMemoryMappedViewHandle.AcquirePointer(ref data);
        _data = (uint*)data;
        Header(8) = Words;
        WriteText(12, HeaderPath);
        WriteText(4108, DataPath);
        Header(8204) = 1;
        Header(8216) = 0x80; // glibc's mark of a process-shared semaphore
    }

    public string HeaderPath { get; }

    public string DataPath { get; }

    public uint Words { get; }

    /// <summary>How many chunks the semaphore announces.</summary>
    public uint SemaphoreValue => (uint)Volatile.Read(ref *(ulong*)(_header + 8208));

    public ref uint WriteIndex => ref Header(0);

    public ref uint ReadIndex => ref Header(4);

    public ref int FlowControl => ref *(int*)(_header + 8240);

    public ref int ReferenceCount => ref *(int*)(_header + 8204);

    public ref uint Word(uint index) => ref _data[index % Words];

    public ref uint Header(int offset) => ref *(uint*)(_header + offset);

    public void WriteText(int offset, string text)
    {
        for (int i = 0; i <= text.Length; i++)
        {
            _header[offset + i] = i < text.Length ? (byte)text[i] : (byte)0;
        }
    }

    /// <summary>Commits a chunk and posts; false when there is no room.</summary>
    public bool Write(ReadOnlySpan<byte> payload, uint? claimedSize = null, uint magic = Committed)
    {
        uint write = WriteIndex;
        uint read = Volatile.Read(ref ReadIndex);
        uint free = write > read ? read + Words - write - 1 : write < read ? read - write - 1 : SemaphoreValue == 0 ? Words : 0;
        if (payload.Length + 12 > free * 4)
        {
            return false;
        }

        for (int i = 0; i < payload.Length; i++)
        {
            uint word = (write + 2 + (uint)i / 4) % Words;
            ((byte*)(_data + word))[i % 4] = payload[i];
        }

        Word(write) = claimedSize ?? (uint)payload.Length;
        WriteIndex = (write + 2 + ((uint)payload.Length + 3) / 4) % Words;
        Volatile.Write(ref Word(write + 1), magic);
        Post();
        return true;
    }

    /// <summary>Takes a chunk, or null when there is none.</summary>
    public byte[]? Read()
    {
        if (SemaphoreValue == 0)
        {
            return null;
        }

        byte[] payload = new byte[Word(ReadIndex)];
        _ = Read(payload);
        return payload;
    }

    /// <summary>Takes a chunk without allocating: its length, or -1 when there is none. What does not fit is lost.</summary>
    public int Read(Span<byte> destination)
    {
        if (SemaphoreValue == 0)
        {
            return -1;
        }

        Interlocked.Add(ref *(ulong*)(_header + 8208), unchecked(0UL - 1));
        uint read = ReadIndex;
        if (Volatile.Read(ref Word(read + 1)) != Committed)
        {
            throw new InvalidDataException($"Chunk magic 0x{Word(read + 1):X8}");
        }

        uint size = Word(read);
        for (int i = 0; i < Math.Min(size, destination.Length); i++)
        {
            destination[i] = ((byte*)(_data + (read + 2 + (uint)i / 4) % Words))[i % 4];
        }

        Word(read) = 0;
        Volatile.Write(ref Word(read + 1), 0xD0D0D0D0);
        Volatile.Write(ref ReadIndex, (read + 2 + (size + 3) / 4) % Words);
        return (int)size;
    }

    /// <summary>One sem_post as glibc does it.</summary>
    public void Post()
    {
        ulong after = Interlocked.Increment(ref *(ulong*)(_header + 8208));
        if (after >> 32 != 0)
        {
            _ = Futex(RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 202 : 98, _header + 8208, 1, 1, 0, 0, 0);
        }
    }

    public void Dispose()
    {
        foreach (MemoryMappedViewAccessor view in _views)
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
        }

        foreach (MemoryMappedFile file in _files)
        {
            file.Dispose();
        }
    }

    private static MemoryMappedFile Create(string path, int bytes) =>
        MemoryMappedFile.CreateFromFile(path, FileMode.CreateNew, null, bytes, MemoryMappedFileAccess.ReadWrite);

    [DllImport("libc", EntryPoint = "syscall")]
    private static extern nint Futex(nint number, void* address, nint operation, nint value, nint timeout, nint address2, nint value3);
}
