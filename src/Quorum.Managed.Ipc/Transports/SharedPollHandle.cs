using Microsoft.Win32.SafeHandles;

namespace Quorum.Managed.Ipc;

// The descriptor that a connection gives out for polling. The connection itself never uses it: a caller may close it or
// keep a reference to it. Disposing never waits for such a reference. Thread-safe.
internal sealed class SharedPollHandle : IDisposable
{
    private readonly Lock _lock = new();
    private SafeFileHandle? _handle;

    // The same handle for every caller, and a new one after a caller has closed it.
    public SafeFileHandle Get(Func<SafeFileHandle> create)
    {
        lock (_lock)
        {
            return _handle is { IsClosed: false } open ? open : _handle = create();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _handle?.Dispose();
        }
    }
}
