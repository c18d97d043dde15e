using System.Runtime.InteropServices;

namespace Quorum.Managed.Ipc;

// Keeps a handle's resources in place while an operation uses them. Throws ObjectDisposedException when they are gone
// already.
internal readonly ref struct HandleScope
{
    private readonly SafeHandle _handle;

    public HandleScope(SafeHandle handle)
    {
        bool taken = false;
        handle.DangerousAddRef(ref taken);
        _handle = handle;
    }

    public void Dispose() => _handle.DangerousRelease();
}
