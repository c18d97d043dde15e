using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// The part of a connection that a monitor uses. Tests replace it.
internal interface IMonitorLink : IAsyncDisposable
{
    QuorumType QuorumType { get; }

    IAsyncEnumerable<QuorumNotification> ReadNotificationsAsync(CancellationToken cancellationToken);

    ValueTask TrackStartAsync(CancellationToken cancellationToken);

    ValueTask<bool> GetQuorateAsync(CancellationToken cancellationToken);

    // Null if this daemon offers no statistics. Throws QuorumException if this attempt failed.
    ValueTask<TokenState?> ReadTokenAsync(CancellationToken cancellationToken);

    // Null if the daemon does not tell. Throws QuorumException if this attempt failed.
    ValueTask<TokenTiming?> ReadTimingAsync(CancellationToken cancellationToken);

    // Whether the cluster is configured with a quorum device. Throws QuorumException if this attempt failed.
    ValueTask<bool> ReadDeviceAsync(CancellationToken cancellationToken);
}
