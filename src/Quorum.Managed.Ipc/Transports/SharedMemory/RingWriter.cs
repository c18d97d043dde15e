namespace Quorum.Managed.Ipc.SharedMemory;

// The writing end of a ring. A ring has one writer, used by one thread at a time.
// protocol-docs/shared-memory-rings.md, "Writing".
//
// Invariant: _index is where the next chunk goes. Only this writer moves it, so it is kept here, and the header's copy
// is written but never read again.
internal sealed class RingWriter
{
    private readonly RingMemory _ring;
    private uint _index;

    public RingWriter(RingMemory ring)
    {
        _ring = ring;
        _index = RingMemory.CheckIndex(Volatile.Read(ref ring.WriteIndex), ring.Capacity, "write");
    }

    // Commits a chunk and posts the semaphore. Returns false, with nothing changed, when there is no room for the
    // chunk.
    public bool TryWrite(ReadOnlySpan<byte> payload)
    {
        if ((ulong)payload.Length + RingLayout.ChunkMarginBytes > FreeBytes())
        {
            return false;
        }

        uint index = _index;
        uint next = _ring.Next(index, (uint)payload.Length);
        _ring.Word(index + RingLayout.ChunkSize) = 0;
        Volatile.Write(ref _ring.Word(index + RingLayout.ChunkMagic), RingLayout.MagicAllocated);
        _ring.CopyIn(index + RingLayout.ChunkHeaderWords, payload);
        _ring.Word(index + RingLayout.ChunkSize) = (uint)payload.Length;
        _index = next;
        Volatile.Write(ref _ring.WriteIndex, next);
        // Release: a reader that sees the magic sees the payload and the size.
        Volatile.Write(ref _ring.Word(index + RingLayout.ChunkMagic), RingLayout.MagicCommitted);
        _ring.Semaphore.Post();
        return true;
    }

    private ulong FreeBytes()
    {
        // Acquire: the reader has finished with the words before its index.
        uint read = RingMemory.CheckIndex(Volatile.Read(ref _ring.ReadIndex), _ring.Capacity, "read");
        uint words = _index > read ? read + _ring.Capacity - _index - 1
            : _index < read ? read - _index - 1
            : _ring.Semaphore.Value == 0 ? _ring.Capacity : 0;
        return (ulong)words * 4;
    }
}
