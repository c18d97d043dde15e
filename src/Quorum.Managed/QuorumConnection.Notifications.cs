using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <content>Notifications as objects.</content>
public sealed partial class QuorumConnection
{
    /// <summary>The notifications as they come, each in its turn and none left out. The idiomatic twin of quorum_dispatch(3).</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>Endless; ends with an exception. Start tracking before or while it is read. Allocates one object and its lists per notification.</returns>
    /// <exception cref="QuorumConnectionClosedException">The daemon went away or broke the protocol; what came before was given out.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed, also meanwhile.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <remarks>Read promptly: what is not read stays in the connection's ring, and when that is full, in the daemon's memory.</remarks>
    public async IAsyncEnumerable<QuorumNotification> ReadNotificationsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(WireLimits.LargestEventSize);
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (TryReadNotification(buffer, out QuorumNotification? notification))
                {
                    yield return notification;
                    continue;
                }

                await WaitForEventAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask WaitForEventAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _ipc.WaitForEventAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IpcException e)
        {
            throw QuorumErrors.Using(e);
        }
    }

    private bool TryReadNotification(byte[] buffer, [NotNullWhen(true)] out QuorumNotification? notification)
    {
        int length = TryReadEvent(buffer);
        try
        {
            notification = length < 0 ? null : NotificationReader.Read(buffer.AsSpan(0, length));
            return notification is not null;
        }
        catch (WireFormatException e)
        {
            throw Broken(IpcStage.Event, e);
        }
    }

    private int TryReadEvent(byte[] buffer)
    {
        try
        {
            return _ipc.TryReadEvent(buffer.AsSpan(0, WireLimits.LargestEventSize));
        }
        catch (IpcException e)
        {
            throw QuorumErrors.Using(e);
        }
    }
}
