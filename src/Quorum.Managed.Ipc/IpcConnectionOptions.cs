using Quorum.Managed.Protocol;

namespace Quorum.Managed.Ipc;

/// <summary>How to reach a daemon, and within what limits. Immutable; checked when a connection is made.</summary>
public sealed record IpcConnectionOptions
{
    /// <summary>The largest <see cref="MaxMessageSize"/>, in bytes: 64 MiB.</summary>
    public const int LargestMaxMessageSize = 64 * 1024 * 1024;

    /// <summary>Where the daemon may listen, in the order of trying. At least one.</summary>
    public required IReadOnlyList<IpcAddress> Addresses { get; init; }

    /// <summary>
    /// Defaults to 5 s. The time for all of connecting: retries while the daemon starts, the handshake, mapping.
    /// <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Defaults to 64 KiB. The largest message in bytes, 12328 to 64 MiB; the daemon creates three rings of this size in /dev/shm for
    /// the connection. When the event ring is full, the daemon keeps further events in its own memory.
    /// </summary>
    public int MaxMessageSize { get; init; } = 64 * 1024;

    /// <summary>Defaults to <c>/dev/shm</c>. Where the daemon's /dev/shm is mounted here. An absolute path.</summary>
    public string SharedMemoryDirectory { get; init; } = "/dev/shm";

    /// <summary>Defaults to <see cref="WaitStrategy.Adaptive"/>. How a call waits for its response.</summary>
    public WaitStrategy WaitStrategy { get; init; } = WaitStrategy.Adaptive;

    /// <summary>
    /// Defaults to none. Uids besides root and this process's own that are believed when they listen at a path, or own the connection's files: 65534 in a user
    /// namespace in which root has no uid. As seen in this process's user namespace.
    /// </summary>
    public IReadOnlyList<uint> AdditionalTrustedUids { get; init; } = [];

    internal void Validate()
    {
        if (Addresses is null || Addresses.Count == 0)
        {
            throw new ArgumentException("At least one address is needed.", nameof(Addresses));
        }

        ArgumentNullException.ThrowIfNull(AdditionalTrustedUids);
        CheckTime(ConnectTimeout, nameof(ConnectTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxMessageSize, WireLimits.MinMaxMessageSize, nameof(MaxMessageSize));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxMessageSize, LargestMaxMessageSize, nameof(MaxMessageSize));
        if (!Path.IsPathRooted(SharedMemoryDirectory))
        {
            throw new ArgumentException($"The shared-memory directory must be an absolute path: '{SharedMemoryDirectory}'.", nameof(SharedMemoryDirectory));
        }

        if (WaitStrategy is not (WaitStrategy.Adaptive or WaitStrategy.Blocking or WaitStrategy.Polling))
        {
            throw new ArgumentOutOfRangeException(nameof(WaitStrategy), WaitStrategy, "Not a wait strategy.");
        }
    }

    // A time limit is positive and at most a day, or infinite.
    internal static void CheckTime(TimeSpan time, string name)
    {
        if (time != Timeout.InfiniteTimeSpan && (time <= TimeSpan.Zero || time > TimeSpan.FromDays(1)))
        {
            throw new ArgumentOutOfRangeException(name, time, "A time limit is above zero and at most a day, or infinite.");
        }
    }
}
