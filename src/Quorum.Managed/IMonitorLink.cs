namespace Quorum.Managed;

// What the monitor needs of a connection; tests put their own in its place.
internal interface IMonitorLink : IAsyncDisposable
{
    IAsyncEnumerable<QuorumNotification> ReadNotificationsAsync(CancellationToken cancellationToken);

    ValueTask TrackStartAsync(CancellationToken cancellationToken);

    ValueTask<bool> GetQuorateAsync(CancellationToken cancellationToken);
}
