using System.Buffers;
using System.Runtime.InteropServices;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <content>Notifications by callback.</content>
public sealed partial class QuorumConnection
{
    /// <summary>
    /// A descriptor for a poll or epoll loop of yours: it polls readable while <see cref="Dispatch"/> with <see cref="DispatchFlags.One"/> would not wait, be it
    /// for an event or for the daemon's end (quorum_fd_get(3)).
    /// </summary>
    /// <remarks>Only poll it: do not read, write or close it. It belongs to the connection and is valid until <see cref="Dispose"/>.</remarks>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public SafeHandle PollHandle => _ipc.PollHandle;

    /// <summary>Handles events: calls the callbacks of <see cref="QuorumConnectionOptions.Callbacks"/> on this thread (quorum_dispatch(3)).</summary>
    /// <param name="flags">How many, and whether to wait for them.</param>
    /// <param name="cancellationToken">
    /// Ends it, a wait too, between two events. A token that can be cancelled costs an allocation per wait, though none per event.
    /// </param>
    /// <returns>
    /// How many events were handled, those without a callback too. 0 is where libquorum returns CS_ERR_TRY_AGAIN with <see cref="DispatchFlags.OneNonBlocking"/>.
    /// </returns>
    /// <remarks>
    /// <para><see cref="DispatchFlags.Blocking"/> never returns: it ends with one of the exceptions below, ObjectDisposedException being the usual.</para>
    /// <para>A callback may call anything on the connection. A nested Dispatch handles the next events; the lists of the outer call stay valid. After a Dispose
    /// inside a callback no further callback is called, and Dispatch throws ObjectDisposedException, as libquorum's returns CS_ERR_BAD_HANDLE.</para>
    /// <para>An exception from a callback comes out unchanged. Its event is consumed, later ones wait for the next call, and the connection stays usable.</para>
    /// <para>Two threads that dispatch at once each get a part of the events, and so do Dispatch and <see cref="ReadNotificationsAsync"/>.</para>
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">Not one of the flags (libquorum: CS_ERR_INVALID_PARAM).</exception>
    /// <exception cref="QuorumConnectionClosedException">The daemon went away or broke the protocol; what came before was handled.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed, also meanwhile (libquorum: CS_ERR_BAD_HANDLE).</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public int Dispatch(DispatchFlags flags, CancellationToken cancellationToken = default)
    {
        if (flags is < DispatchFlags.One or > DispatchFlags.OneNonBlocking)
        {
            throw new ArgumentOutOfRangeException(nameof(flags), flags, "Not one of the dispatch flags.");
        }

        bool waits = flags is DispatchFlags.One or DispatchFlags.Blocking;
        bool one = flags is DispatchFlags.One or DispatchFlags.OneNonBlocking;
        int handled = 0;
        // One buffer for each Dispatch that is under way: a nested one leaves the lists of the outer callback alone.
        byte[] buffer = ArrayPool<byte>.Shared.Rent(WireLimits.LargestEventSize);
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int length = TryReadEvent(buffer);
                if (length >= 0)
                {
                    Call(buffer.AsSpan(0, length));
                    handled++;
                    ObjectDisposedException.ThrowIf(_disposed, this);
                    if (one)
                    {
                        return handled;
                    }
                }
                else if (!waits)
                {
                    return handled;
                }
                else
                {
                    WaitForEvent(cancellationToken);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // The callbacks run outside of any lock, and outside of what turns malformed events into the connection's end.
    private void Call(ReadOnlySpan<byte> message)
    {
        QuorumNotificationV1 quorum = default;
        NodeListNotification nodeList = default;
        QuorumNotificationV0 old = default;
        int id;
        try
        {
            id = WireMessage.ReadId(message);
            switch (id)
            {
                case EventIds.QuorumV1:
                    quorum = QuorumNotificationV1.Read(message);
                    break;
                case EventIds.NodeListV1:
                    nodeList = NodeListNotification.Read(message);
                    break;
                case EventIds.NotificationV0:
                    old = QuorumNotificationV0.Read(message);
                    break;
                default:
                    throw NotificationReader.UnknownEvent(id);
            }
        }
        catch (WireFormatException e)
        {
            throw Broken(IpcStage.Event, e);
        }

        switch (id)
        {
            case EventIds.QuorumV1:
                _options.Callbacks?.QuorumChanged?.Invoke(this, quorum);
                break;
            case EventIds.NodeListV1:
                _options.Callbacks?.NodeListChanged?.Invoke(this, nodeList);
                break;
            default:
                _options.CallbacksV0?.QuorumChanged?.Invoke(this, old);
                break;
        }
    }

    private void WaitForEvent(CancellationToken cancellationToken)
    {
        try
        {
            if (cancellationToken.CanBeCanceled)
            {
                // Only the asynchronous wait can be cancelled.
                ValueTask wait = _ipc.WaitForEventAsync(cancellationToken);
                if (wait.IsCompletedSuccessfully)
                {
                    wait.GetAwaiter().GetResult();
                }
                else
                {
                    wait.AsTask().GetAwaiter().GetResult();
                }
            }
            else
            {
                _ = _ipc.WaitForEvent(Timeout.InfiniteTimeSpan);
            }
        }
        catch (IpcException e)
        {
            throw QuorumErrors.Using(e);
        }
    }
}
