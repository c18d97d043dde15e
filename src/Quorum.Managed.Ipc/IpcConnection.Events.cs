namespace Quorum.Managed.Ipc;

/// <content>Events.</content>
public sealed partial class IpcConnection
{
    /// <summary>Takes the next event if one is there. Never waits.</summary>
    /// <param name="message">Where the event goes; a longer one counts as a broken protocol.</param>
    /// <returns>The length of the event in bytes; -1 when there is none now.</returns>
    /// <exception cref="IpcClosedException">The daemon went away (all events before that were read) or broke the protocol.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public int TryReadEvent(Span<byte> message)
    {
        ThrowIfUnusable(IpcStage.Event);
        try
        {
            lock (_events)
            {
                return _transport.TryReceiveEvent(message);
            }
        }
        catch (Exception e) when (IsFatal(e))
        {
            throw Abort(IpcStage.Event, e);
        }
    }

    /// <summary>Waits on this thread until <see cref="TryReadEvent"/> may have something: an event, the end of the connection, or its disposal.</summary>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> is for ever.</param>
    /// <returns>False when the time passed before any of these.</returns>
    /// <exception cref="ObjectDisposedException">The connection was disposed before.</exception>
    /// <exception cref="IpcClosedException">The connection was closed before.</exception>
    public bool WaitForEvent(TimeSpan timeout)
    {
        ThrowIfUnusable(IpcStage.Event);
        try
        {
            return _transport.WaitForEvent(timeout);
        }
        catch (ObjectDisposedException) when (!_disposed)
        {
            // Closed by another call at this moment: TryReadEvent tells why.
            return true;
        }
    }

    /// <summary>Completes when <see cref="TryReadEvent"/> may have something: an event, the end of the connection, or its disposal.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The wait.</returns>
    /// <exception cref="ObjectDisposedException">The connection was disposed before.</exception>
    /// <exception cref="IpcClosedException">The connection was closed before.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ValueTask WaitForEventAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfUnusable(IpcStage.Event);
        return _transport.WaitForEventAsync(cancellationToken);
    }
}
