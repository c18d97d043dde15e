using Quorum.Managed.Ipc;

namespace Quorum.Managed;

/// <summary>
/// How a connection to one of corosync's services reaches the daemon, and within what limits. Immutable; checked when a
/// connection is made.
/// </summary>
public record CorosyncConnectionOptions
{
    /// <summary>
    /// Where the daemon is. Defaults to <see cref="QuorumEndpoint.Default"/>: the environment variable QUORUM_ENDPOINT,
    /// and automatic without it. An endpoint given here goes before the variable.
    /// </summary>
    public QuorumEndpoint Endpoint { get; init; } = QuorumEndpoint.Default;

    /// <summary>
    /// The limit for all of connecting: finding the daemon, the handshake, mapping, the check for corosync 2.x and the
    /// first exchange. Defaults to 5 s.
    /// <see cref="Timeout.InfiniteTimeSpan"/> waits for ever, as libquorum does.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The limit for one request, waiting for other threads' requests included. Defaults to 5 s. During a change of
    /// membership the daemon answers late: with a limit well below corosync's token time-out, requests fail then.
    /// <see cref="Timeout.InfiniteTimeSpan"/> waits for ever, as libquorum does.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The size in bytes of each of the connection's three rings in /dev/shm, 12328 bytes to 64 MiB. Defaults to 64
    /// KiB. In larger rings the daemon keeps more undelivered events, rather than in its own memory. libquorum asks for
    /// 1 MiB.
    /// </summary>
    public int MaxMessageSize { get; init; } = 64 * 1024;

    /// <summary>
    /// Where the daemon's /dev/shm is mounted for this process: an absolute path. Defaults to <c>/dev/shm</c>.
    /// </summary>
    public string SharedMemoryDirectory { get; init; } = "/dev/shm";

    /// <summary>
    /// Uids that are trusted besides root and this process's own: to listen at an address, and to own the files in
    /// /dev/shm of a connection to that listener. Defaults to none. The uids are those that this process sees. In a
    /// user namespace in which root has no uid, root appears as 65534, and so does every other user without one. At an
    /// abstract address 65534 counts as root there. At a path it must be admitted here, which is to trust the directory
    /// of the socket.
    /// </summary>
    public IReadOnlyList<uint> AdditionalTrustedUids { get; init; } = [];

    /// <summary>How a call waits for its response. Defaults to <see cref="WaitStrategy.Adaptive"/>.</summary>
    public WaitStrategy WaitStrategy { get; init; } = WaitStrategy.Adaptive;

    // The other options are checked by the layer that they go to.
    internal virtual void Validate()
    {
        ArgumentNullException.ThrowIfNull(Endpoint);
        IpcConnectionOptions.CheckSize(MaxMessageSize);
        if (RequestTimeout != Timeout.InfiniteTimeSpan
            && (RequestTimeout <= TimeSpan.Zero || RequestTimeout > TimeSpan.FromDays(1)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(RequestTimeout), RequestTimeout, "A time limit is above zero and at most a day, or infinite.");
        }
    }

    internal IpcConnectionOptions ToIpc(string service) => new()
    {
        Addresses = Endpoint.Resolve(service),
        AdditionalTrustedUids = AdditionalTrustedUids,
        ConnectTimeout = ConnectTimeout,
        MaxMessageSize = MaxMessageSize,
        SharedMemoryDirectory = SharedMemoryDirectory,
        WaitStrategy = WaitStrategy,
    };
}
