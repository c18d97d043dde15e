namespace Quorum.Managed.Ipc.SharedMemory;

// The reading end of a ring. A ring has one reader, used by one thread at a time.
// protocol-docs/shared-memory-rings.md, "Reading".
//
// Invariant: _index is where the next chunk begins. Only this reader moves it, so it is kept here, and the header's
// copy is written but never read again.
internal sealed class RingReader : IResponseSource
{
    private readonly RingMemory _ring;
    private uint _index;

    public RingReader(RingMemory ring)
    {
        _ring = ring;
        _index = RingMemory.CheckIndex(Volatile.Read(ref ring.ReadIndex), ring.Capacity, "read");
    }

    public bool HasChunk => _ring.Semaphore.Value != 0;

    bool IResponseSource.HasResponse => HasChunk;

    public RingSemaphore Semaphore => _ring.Semaphore;

    // Takes the next chunk. Returns its length, or -1 when there is none. A chunk that is larger than the destination,
    // or not committed, is corruption: the semaphore announced it, and the destination has room for the largest
    // message.
    public int TryRead(Span<byte> destination)
    {
        if (!_ring.Semaphore.TryTake())
        {
            return -1;
        }

        uint index = _index;
        ref uint magic = ref _ring.Word(index + RingLayout.ChunkMagic);
        // Acquire: pairs with the writer's release of the magic.
        uint seen = Volatile.Read(ref magic);
        if (seen != RingLayout.MagicCommitted)
        {
            throw RingCorruptException.Magic(index, seen);
        }

        // Read once: the peer could change it between the check and the use.
        uint size = Volatile.Read(ref _ring.Word(index + RingLayout.ChunkSize));
        ulong room = ((ulong)_ring.Capacity - RingLayout.ChunkHeaderWords) * 4;
        if (size > (ulong)destination.Length || size > room)
        {
            throw RingCorruptException.Size(index, size, (int)Math.Min((ulong)destination.Length, room));
        }

        _ring.CopyOut(index + RingLayout.ChunkHeaderWords, destination[..(int)size]);
        uint next = _ring.Next(index, size);
        _ring.Word(index + RingLayout.ChunkSize) = 0;
        Volatile.Write(ref magic, RingLayout.MagicReclaimed);
        _index = next;
        // Release: the writer may reuse the words as soon as it sees the index.
        Volatile.Write(ref _ring.ReadIndex, next);
        return (int)size;
    }
}
