namespace Quorum.Managed.Ipc.SharedMemory;

// A ring as it lies in memory: header and data pointers, and the capacity that was checked against the data file's real size when it was
// mapped (the header's own word_size is not looked at again: the peer can change it). Whoever uses this holds a lease on the mapping.
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

    // Any index may be given; it wraps once.
    public ref uint Word(uint index) => ref _data[index >= Capacity ? index - Capacity : index];

    public uint Next(uint index, uint payloadBytes)
    {
        ulong next = (ulong)index + RingLayout.ChunkHeaderWords + ((ulong)payloadBytes + 3) / 4;
        return (uint)(next % Capacity);
    }

    public void CopyIn(uint index, ReadOnlySpan<byte> payload)
    {
        Span<byte> whole = Whole(out int start, index);
        int first = Math.Min(payload.Length, whole.Length - start);
        payload[..first].CopyTo(whole[start..]);
        payload[first..].CopyTo(whole);
    }

    public void CopyOut(uint index, Span<byte> destination)
    {
        Span<byte> whole = Whole(out int start, index);
        int first = Math.Min(destination.Length, whole.Length - start);
        whole.Slice(start, first).CopyTo(destination);
        whole[..(destination.Length - first)].CopyTo(destination[first..]);
    }

    public static uint CheckIndex(uint index, uint capacity, string name) =>
        index < capacity ? index : throw RingCorruptException.Index(name, index, capacity);

    private Span<byte> Whole(out int start, uint index)
    {
        start = (int)((index >= Capacity ? index - Capacity : index) * 4);
        return new Span<byte>(_data, (int)(Capacity * 4));
    }
}
