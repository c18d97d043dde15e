namespace Quorum.Managed.Ipc.SharedMemory;

// Which C library's algorithm a connection's semaphores follow: the daemon's, whatever ours is. protocol-docs/semaphore.md.
internal sealed class SemaphoreDialect
{
    // Offset in a semaphore of the word that tells: a shared one has glibc's mark there, or musl's nothing.
    public const int LayoutWord = 8;
    private const uint GlibcShared = 0x80;

    private volatile SemaphoreKind _kind;

    public SemaphoreDialect(SemaphoreKind kind = SemaphoreKind.None) => _kind = kind;

    public SemaphoreKind Kind
    {
        get => _kind;
        set => _kind = value;
    }

    // Looks at a ring's layout word. All rings of a connection agree.
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
