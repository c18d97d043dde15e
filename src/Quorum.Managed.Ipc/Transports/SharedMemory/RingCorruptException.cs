namespace Quorum.Managed.Ipc.SharedMemory;

// A ring holds a value that the protocol does not allow. The peer, or another program that can write to the ring, put
// it there. The connection is closed.
internal sealed class RingCorruptException : Exception
{
    private RingCorruptException(string message)
        : base(message)
    {
    }

    public static RingCorruptException Semaphore() => new("The ring's semaphore has overflowed.");

    public static RingCorruptException Dialect(uint word) =>
        new($"The ring's semaphore has the layout word 0x{word:X} instead of glibc's 0x80 or musl's 0.");

    public static RingCorruptException Index(string name, uint value, uint capacity) =>
        new($"The ring's {name} index {value} is outside its {capacity} words.");

    public static RingCorruptException Magic(uint index, uint magic) =>
        new($"The chunk at word {index} has the magic 0x{magic:X8} instead of a committed chunk's.");

    public static RingCorruptException Size(uint index, uint size, int limit) =>
        new($"The chunk at word {index} claims {size} bytes; at most {limit} are possible here.");
}
