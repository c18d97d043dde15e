using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Quorum.Managed.TestSupport.Raw;

/// <summary>
/// A libqb ring in two files, made and used from the daemon's side. Written from protocol-docs/shared-memory-rings.md
/// and not with the product's code, so that both cannot share a mistake. A test can damage every word of it.
/// </summary>
public sealed unsafe class RawRing : IDisposable
{
    /// <summary>A chunk's magic when it can be read.</summary>
    public const uint Committed = 0xA1A1A1A1;

    private const uint Reclaimed = 0xD0D0D0D0;
    private const int HeaderFileBytes = 8252;
    private const int HeaderPathOffset = 12;
    private const int DataPathOffset = 4108;
    private const int ReferenceCountOffset = 8204;
    private const int SemaphoreOffset = 8208;
    private const int FlowControlOffset = 8240;
    private readonly MemoryMappedFile[] _files;
    private readonly MemoryMappedViewAccessor[] _views;
    private readonly byte* _header;
    private readonly uint* _data;

    /// <summary>Creates both files. The ring is empty.</summary>
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
        WriteText(HeaderPathOffset, HeaderPath);
        WriteText(DataPathOffset, DataPath);
        ReferenceCount = 1;
        // glibc's mark of a process-shared semaphore.
        Header(SemaphoreOffset + 8) = 0x80;
    }

    /// <summary>The file of the header.</summary>
    public string HeaderPath { get; }

    /// <summary>The file of the chunks.</summary>
    public string DataPath { get; }

    /// <summary>The capacity in words of 4 bytes.</summary>
    public uint Words { get; }

    /// <summary>How many chunks the semaphore announces.</summary>
    public uint SemaphoreValue => (uint)Volatile.Read(ref Semaphore);

    /// <summary>How many wait for a chunk.</summary>
    public uint SemaphoreWaiters => (uint)(Volatile.Read(ref Semaphore) >> 32);

    /// <summary>The word at which the next chunk is written.</summary>
    public ref uint WriteIndex => ref Header(0);

    /// <summary>The word at which the next chunk is read.</summary>
    public ref uint ReadIndex => ref Header(4);

    /// <summary>0 lets the client send.</summary>
    public ref int FlowControl => ref *(int*)(_header + FlowControlOffset);

    /// <summary>How many processes use the ring.</summary>
    public ref int ReferenceCount => ref *(int*)(_header + ReferenceCountOffset);

    // glibc on a little-endian machine: the value in the low half, the number of waiters in the high half.
    private ref ulong Semaphore => ref *(ulong*)(_header + SemaphoreOffset);

    /// <summary>A word of the data, counted around the ring's end.</summary>
    public ref uint Word(uint index) => ref _data[index % Words];

    /// <summary>A word of the header.</summary>
    public ref uint Header(int offset) => ref *(uint*)(_header + offset);

    /// <summary>Writes a text, with its terminating NUL, into the header.</summary>
    public void WriteText(int offset, string text)
    {
        for (int i = 0; i <= text.Length; i++)
        {
            _header[offset + i] = i < text.Length ? (byte)text[i] : (byte)0;
        }
    }

    /// <summary>
    /// Commits a chunk and posts. False when there is no room. A test can claim another size, or write another magic.
    /// </summary>
    public bool Write(ReadOnlySpan<byte> payload, uint? claimedSize = null, uint magic = Committed)
    {
        uint write = WriteIndex;
        uint read = Volatile.Read(ref ReadIndex);
        uint free = write > read ? read + Words - write - 1
            : write < read ? read - write - 1
            : SemaphoreValue == 0 ? Words : 0;
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

    /// <summary>
    /// Takes a chunk without allocating, and returns its length, or -1 when there is none. Bytes that do not fit are
    /// lost.
    /// </summary>
    public int Read(Span<byte> destination)
    {
        if (SemaphoreValue == 0)
        {
            return -1;
        }

        Interlocked.Decrement(ref Semaphore);
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
        Volatile.Write(ref Word(read + 1), Reclaimed);
        Volatile.Write(ref ReadIndex, (read + 2 + (size + 3) / 4) % Words);
        return (int)size;
    }

    /// <summary>Unmaps both files.</summary>
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

    // sem_post as glibc does it: wakes one waiter if there is any.
    private void Post()
    {
        const int FutexWake = 1;
        if (Interlocked.Increment(ref Semaphore) >> 32 != 0)
        {
            nint number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 202 : 98;
            _ = Futex(number, _header + SemaphoreOffset, FutexWake, 1, 0, 0, 0);
        }
    }

    private static MemoryMappedFile Create(string path, int bytes) =>
        MemoryMappedFile.CreateFromFile(path, FileMode.CreateNew, null, bytes, MemoryMappedFileAccess.ReadWrite);

    [DllImport("libc", EntryPoint = "syscall")]
    private static extern nint Futex(
        nint number, void* address, nint operation, nint value, nint timeout, nint address2, nint value3);
}
