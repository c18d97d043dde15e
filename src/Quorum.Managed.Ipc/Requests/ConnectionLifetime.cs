using Quorum.Managed.Ipc.SharedMemory;

namespace Quorum.Managed.Ipc;

// Whether a connection is usable, and why it is not. The first reason to close a connection is kept and told to every
// later call; Dispose goes before any reason.
internal sealed class ConnectionLifetime(IpcTransport transport) : IDisposable
{
    private IpcClosedException? _reason;
    private volatile bool _disposed;
    private volatile bool _drained;

    public void ThrowIfUnusable(IpcStage stage)
    {
        ThrowIfDisposed();
        if (Volatile.Read(ref _reason) is { } reason)
        {
            throw IpcErrors.Again(stage, reason);
        }
    }

    // After the daemon's death, events that came before it are still handed out, until one look found none. After a
    // broken protocol nothing is.
    public void ThrowIfEventless()
    {
        ThrowIfDisposed();
        if (Volatile.Read(ref _reason) is { } reason && (_drained || reason.Errno != Errno.ENOTCONN))
        {
            throw IpcErrors.Again(IpcStage.Event, reason);
        }
    }

    // As Abort, for the reader of events: it found nothing more.
    public IpcClosedException AbortDrained(Exception cause)
    {
        _drained = true;
        return Abort(IpcStage.Event, cause);
    }

    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, typeof(IpcConnection));

    // Whether an exception of the transport ends the connection. When Dispose was not called, the transport is disposed
    // only because another call has aborted: its reason is there by then.
    public bool IsFatal(Exception e) =>
        e is RingCorruptException or IpcClosedException || (e is ObjectDisposedException && !_disposed);

    // Closes the connection over a cause, and returns the exception to throw for it.
    public IpcClosedException Abort(IpcStage stage, Exception cause)
    {
        IpcClosedException reason = cause as IpcClosedException ?? IpcErrors.Corrupt(stage, cause);
        IpcClosedException? first = Interlocked.CompareExchange(ref _reason, reason, null);
        transport.Break();
        return first is null || ReferenceEquals(first, reason.InnerException) ? reason : IpcErrors.Again(stage, first);
    }

    public void Dispose()
    {
        _disposed = true;
        transport.Close();
    }
}
