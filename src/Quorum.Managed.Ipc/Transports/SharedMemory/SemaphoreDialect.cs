namespace Quorum.Managed.Ipc.SharedMemory;

// Which C library's algorithm the semaphores of a connection follow: the daemon's, also when this process has another.
// protocol-docs/semaphore.md.
internal sealed class SemaphoreDialect
{
    // The offset in a shared semaphore of the word that tells the library: glibc sets a mark there, musl leaves it 0.
    public const int LayoutWord = 8;
    private const uint GlibcShared = 0x80;

    private volatile SemaphoreKind _kind;

    public SemaphoreDialect(SemaphoreKind kind = SemaphoreKind.None) => _kind = kind;

    public SemaphoreKind Kind
    {
        get => _kind;
        set => _kind = value;
    }

    // Learns the library from a ring's layout word. All rings of a connection must agree.
    public void Read(uint layoutWord)
    {
        SemaphoreKind kind = layoutWord switch
        {
            GlibcShared => SemaphoreKind.Glibc,
            0 => SemaphoreKind.Musl,
            _ => throw RingCorruptException.Dialect(layoutWord),
        };
        if (_kind != SemaphoreKind.None && _kind != kind)
        {
            throw RingCorruptException.Dialect(layoutWord);
        }

        _kind = kind;
    }
}
