using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// Reads one of the services around quorum again and again over a connection of its own, beside whoever watches quorum
// and without being waited for: a service that is silent, slow or refuses holds up nothing but its own part. It reads
// after each notification of the service, and from time to time, because not every change is told.
internal abstract class PartFollower<TConnection, TNotification>(
    ClusterPartKind kind, Backoff backoff, TimeProvider time, Action<PartReading> told)
    : IPartFollower, IReconnectingClient<TConnection>
    where TConnection : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(10);

    // A flood of notifications must not keep the part from being read.
    private const int LargestBatch = 64;

    // How long to wait after a notification for those that follow it.
    protected abstract TimeSpan Quiet { get; }

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await ReconnectLoop.RunAsync(this, time, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody wants the part any more.
        }
    }

    ValueTask<TConnection> IReconnectingClient<TConnection>.ConnectAsync(CancellationToken cancellationToken) =>
        ConnectAsync(cancellationToken);

    async Task IReconnectingClient<TConnection>.UseAsync(TConnection connection, CancellationToken cancellationToken)
    {
        using CancellationTokenSource session = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        CancellationToken end = session.Token;
        await TrackAsync(connection, end).ConfigureAwait(false);
        IAsyncEnumerator<TNotification> notifications = NotificationsOf(connection, end).GetAsyncEnumerator(end);
        await using (notifications.ConfigureAwait(false))
        {
            Task<bool> next = notifications.MoveNextAsync().AsTask();
            try
            {
                await FollowAsync(connection).ConfigureAwait(false);
            }
            finally
            {
                await session.CancelAsync().ConfigureAwait(false);
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            // Ends only by an exception.
            async Task FollowAsync(TConnection service)
            {
                Task pause = Task.CompletedTask;
                bool isSoon = true;
                int noted = 0;
                while (true)
                {
                    if (next.IsCompleted && !(noted >= LargestBatch && pause.IsCompleted))
                    {
                        noted++;
                        _ = await next.ConfigureAwait(false);
                        if (Note(notifications.Current) && !isSoon)
                        {
                            isSoon = true;
                            pause = Task.Delay(Quiet, time, end);
                        }

                        next = notifications.MoveNextAsync().AsTask();
                    }
                    else if (pause.IsCompleted)
                    {
                        await pause.ConfigureAwait(false);
                        isSoon = false;
                        noted = 0;
                        if (await ReadInTimeAsync(service, end).ConfigureAwait(false) is { } reading)
                        {
                            backoff.Reset();
                            told(reading);
                        }

                        pause = Task.Delay(LongestPause, time, end);
                    }
                    else
                    {
                        await Task.WhenAny(next, pause).ConfigureAwait(false);
                    }
                }
            }
        }
    }

    // Survives every error: the part is missing, and the reading says why.
    TimeSpan? IReconnectingClient<TConnection>.Ended(Exception error, bool connected)
    {
        QuorumException reason = error as QuorumException
            ?? new QuorumException(CorosyncError.Library, 0, IpcStage.Event, error.Message, error);
        told(Missing(new ClusterPart(kind, null, reason)));
        return reason.IsTransient ? backoff.Next() : backoff.Longest;
    }

    void IReconnectingClient<TConnection>.Paused(TimeSpan overrun)
    {
    }

    protected abstract ValueTask<TConnection> ConnectAsync(CancellationToken cancellationToken);

    protected abstract ValueTask TrackAsync(TConnection connection, CancellationToken cancellationToken);

    protected abstract IAsyncEnumerable<TNotification> NotificationsOf(
        TConnection connection, CancellationToken cancellationToken);

    // Returns whether to read because of it.
    protected abstract bool Note(TNotification notification);

    // Null while there is nothing to read.
    protected abstract ValueTask<PartReading?> ReadAsync(
        TConnection connection, DateTimeOffset now, CancellationToken cancellationToken);

    protected abstract PartReading Missing(ClusterPart part);

    // Each request has a limit, and the number of requests is the service's to say.
    private async Task<PartReading?> ReadInTimeAsync(TConnection service, CancellationToken end)
    {
        // As the limits of requests, by the system's clock.
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(end);
        limit.CancelAfter(LongestRead);
        return await ReadAsync(service, time.GetUtcNow(), limit.Token).ConfigureAwait(false);
    }
}
