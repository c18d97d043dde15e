namespace Quorum.Managed;

// The part of a connection that a monitor uses. Tests replace it.
internal interface IMonitorLink : IAsyncDisposable
{
    IAsyncEnumerable<QuorumNotification> ReadNotificationsAsync(CancellationToken cancellationToken);

    ValueTask TrackStartAsync(CancellationToken cancellationToken);

    ValueTask<bool> GetQuorateAsync(CancellationToken cancellationToken);
}
