using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>How a <see cref="QuorumConnection"/> reaches the daemon, and within what limits. Immutable; checked when a connection is made.</summary>
public sealed record QuorumConnectionOptions
{
    /// <summary>
    /// Defaults to <see cref="QuorumEndpoint.Default"/>: the environment variable QUORUM_ENDPOINT, and without it automatic. Where the daemon is. What is given
    /// here goes before the variable.
    /// </summary>
    public QuorumEndpoint Endpoint { get; init; } = QuorumEndpoint.Default;

    /// <summary>
    /// Defaults to <see cref="QuorumModel.V1"/>. Which notifications the connection gets. V1 needs corosync 3.1.0 or newer.
    /// </summary>
    public QuorumModel Model { get; init; } = QuorumModel.V1;

    /// <summary>
    /// Defaults to <see langword="false"/>. Whether the daemon is known to be corosync 3 or newer. Otherwise the first connection of model V1 to a daemon process
    /// asks its cmap service first, because corosync 2.x could crash if asked for V1: with a 2.x, or when cmap cannot be reached, connecting fails with
    /// <see cref="CorosyncError.NotSupported"/> and V1 was not asked for. Set it where cmap is out of reach, or to save about the time of one more connect per daemon
    /// process. A listener that is not bound to the service's name, <c>quorum</c>, is no corosync and is never checked.
    /// </summary>
    public bool AssumeModelV1 { get; init; }

    /// <summary>
    /// Defaults to <see langword="null"/>. What <see cref="QuorumConnection.Dispatch"/> calls with model V1. Not needed to read notifications otherwise.
    /// </summary>
    public QuorumCallbacks? Callbacks { get; init; }

    /// <summary>
    /// Defaults to <see langword="null"/>. What <see cref="QuorumConnection.Dispatch"/> calls with model V0. Not needed to read notifications otherwise.
    /// </summary>
    public QuorumCallbacksV0? CallbacksV0 { get; init; }

    /// <summary>
    /// Defaults to 5 s. The limit for connecting and the first exchange, each. <see cref="Timeout.InfiniteTimeSpan"/> waits for ever, as libquorum does.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Defaults to 5 s. The limit for one request, taking turns with other threads included. During a change of membership the daemon answers late: with a
    /// limit well below corosync's token time-out, requests fail then. <see cref="Timeout.InfiniteTimeSpan"/> waits for ever, as libquorum does.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Defaults to 64 KiB. The size in bytes of each of the connection's three rings in /dev/shm, 12328 bytes to 64 MiB. More lets the daemon keep
    /// more undelivered events there rather than in its own memory; libquorum asks for 1 MiB.
    /// </summary>
    public int MaxMessageSize { get; init; } = 64 * 1024;

    /// <summary>Defaults to <c>/dev/shm</c>. Where the daemon's /dev/shm is mounted for this process. An absolute path.</summary>
    public string SharedMemoryDirectory { get; init; } = "/dev/shm";

    /// <summary>
    /// Defaults to none. Uids besides root and this process's own that are believed when they listen at a path, or own the connection's files in /dev/shm; as
    /// this process sees them. In a user namespace in which root has no uid it appears as 65534, and so does every other user without one there: admitting it
    /// means to trust the directory of the socket.
    /// </summary>
    public IReadOnlyList<uint> AdditionalTrustedUids { get; init; } = [];

    /// <summary>Defaults to <see cref="WaitStrategy.Adaptive"/>. How a call waits for its response.</summary>
    public WaitStrategy WaitStrategy { get; init; } = WaitStrategy.Adaptive;

    /// <summary>Defaults to <see langword="null"/>. What <see cref="QuorumConnection.Context"/> is at first.</summary>
    public object? Context { get; init; }

    internal static QuorumConnectionOptions Default { get; } = new();

    // The other options are checked by the layer that they go to.
    internal IpcConnectionOptions ToIpc()
    {
        if (RequestTimeout != Timeout.InfiniteTimeSpan && (RequestTimeout <= TimeSpan.Zero || RequestTimeout > TimeSpan.FromDays(1)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(RequestTimeout), RequestTimeout, "A time limit is above zero and at most a day, or infinite.");
        }

        return new()
        {
            Addresses = Endpoint.Resolve(),
            AdditionalTrustedUids = AdditionalTrustedUids,
            ConnectTimeout = ConnectTimeout,
            MaxMessageSize = MaxMessageSize,
            SharedMemoryDirectory = SharedMemoryDirectory,
            WaitStrategy = WaitStrategy,
        };
    }
}
