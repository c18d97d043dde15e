namespace Quorum.Managed.Ipc.SharedMemory;

// A ring in mapped memory: its header, its data, and its capacity. The capacity was checked against the data file's
// real size when the file was mapped. The header's word_size is not read again, because the peer can change it.
// Used only inside a handle scope on the mapping.
internal readonly unsafe struct RingMemory
{
    private readonly byte* _header;
    private readonly uint* _data;
    private readonly SemaphoreDialect _dialect;

    public RingMemory(byte* header, byte* data, uint capacity, SemaphoreDialect dialect)
    {
        _header = header;
        _data = (uint*)data;
        _dialect = dialect;
        Capacity = capacity;
    }

    // In words.
    public uint Capacity { get; }

    public RingSemaphore Semaphore => new(_header + RingLayout.Semaphore, _dialect);

    public ref uint WriteIndex => ref *(uint*)(_header + RingLayout.WriteIndex);

    public ref uint ReadIndex => ref *(uint*)(_header + RingLayout.ReadIndex);

    public ref int FlowControl => ref *(int*)(_header + RingLayout.FlowControl);

    public ref int ReferenceCount => ref *(int*)(_header + RingLayout.ReferenceCount);

    // The index may exceed the capacity once: it wraps.
    public ref uint Word(uint index) => ref _data[index >= Capacity ? index - Capacity : index];

    public uint Next(uint index, uint payloadBytes)
    {
        ulong next = (ulong)index + RingLayout.ChunkHeaderWords + ((ulong)payloadBytes + 3) / 4;
        return (uint)(next % Capacity);
    }

    public void CopyIn(uint index, ReadOnlySpan<byte> payload)
    {
        Span<byte> data = Data(index, out int start);
        int first = Math.Min(payload.Length, data.Length - start);
        payload[..first].CopyTo(data[start..]);
        payload[first..].CopyTo(data);
    }

    public void CopyOut(uint index, Span<byte> destination)
    {
        Span<byte> data = Data(index, out int start);
        int first = Math.Min(destination.Length, data.Length - start);
        data.Slice(start, first).CopyTo(destination);
        data[..(destination.Length - first)].CopyTo(destination[first..]);
    }

    public static uint CheckIndex(uint index, uint capacity, string name) =>
        index < capacity ? index : throw RingCorruptException.Index(name, index, capacity);

    // All data bytes, and where the index lies among them.
    private Span<byte> Data(uint index, out int start)
    {
        start = (int)((index >= Capacity ? index - Capacity : index) * 4);
        return new Span<byte>(_data, (int)(Capacity * 4));
    }
}
