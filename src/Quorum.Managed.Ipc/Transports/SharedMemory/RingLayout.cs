namespace Quorum.Managed.Ipc.SharedMemory;

// The offsets in a ring's header file, and the words of a chunk. protocol-docs/shared-memory-rings.md.
internal static class RingLayout
{
    public const int WriteIndex = 0;            // u32, in words ("Header file")
    public const int ReadIndex = 4;             // u32, in words
    public const int WordSize = 8;              // u32, capacity in words
    public const int HeaderPath = 12;           // char[4096]
    public const int DataPath = 4108;           // char[4096]
    public const int PathBytes = 4096;
    public const int ReferenceCount = 8204;     // i32
    public const int Semaphore = 8208;          // 32 bytes, protocol-docs/semaphore.md
    public const int FlowControl = 8240;        // i32, request ring only ("Flow control")
    public const int HeaderBytes = 8248;        // the smallest header file

    public const int ChunkSize = 0;             // word: payload bytes ("Chunks")
    public const int ChunkMagic = 1;            // word
    public const int ChunkHeaderWords = 2;
    public const int ChunkMarginBytes = 12;     // a writer needs payload + 12 bytes free

    public const uint MagicAllocated = 0xA110CED0;
    public const uint MagicCommitted = 0xA1A1A1A1;
    public const uint MagicReclaimed = 0xD0D0D0D0;

    // The size of the data file for a maximum message size: room for one message and its header, in whole pages.
    public static long DataBytes(uint maxMessageSize, int pageSize) =>
        ((long)maxMessageSize + 13 + pageSize - 1) / pageSize * pageSize;
}
