using Quorum.Managed.Protocol;

namespace Quorum.Managed.Ipc;

/// <summary>How to reach a daemon, and within which limits. Immutable; checked when a connection is made.</summary>
public sealed record IpcConnectionOptions
{
    /// <summary>The largest <see cref="MaxMessageSize"/>, in bytes: 64 MiB.</summary>
    public const int LargestMaxMessageSize = 64 * 1024 * 1024;

    /// <summary>The addresses at which the daemon may listen, at least one. They are tried in this order.</summary>
    public required IReadOnlyList<IpcAddress> Addresses { get; init; }

    /// <summary>
    /// Defaults to 5 s. The time limit for connecting: retries while the daemon starts, the handshake, and mapping.
    /// <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Defaults to 64 KiB. The largest message in bytes, 12328 to 64 MiB. The daemon creates three rings of this size
    /// in /dev/shm for the connection. When the event ring is full, the daemon keeps further events in its own memory.
    /// </summary>
    public int MaxMessageSize { get; init; } = 64 * 1024;

    /// <summary>
    /// Defaults to <c>/dev/shm</c>. The absolute path at which this process sees the daemon's /dev/shm.
    /// </summary>
    public string SharedMemoryDirectory { get; init; } = "/dev/shm";

    /// <summary>Defaults to <see cref="WaitStrategy.Adaptive"/>. How a call waits for its response.</summary>
    public WaitStrategy WaitStrategy { get; init; } = WaitStrategy.Adaptive;

    /// <summary>
    /// Defaults to none. Uids that are trusted, besides root and this process's own, to listen at an address, and to
    /// own the files of a connection to that listener. They are uids of this process's user namespace. There 65534
    /// stands for all users without a uid. Source: protocol-docs/handshake.md, "Whom to believe".
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
        CheckSize(MaxMessageSize);
        if (!Path.IsPathRooted(SharedMemoryDirectory))
        {
            throw new ArgumentException(
                $"The shared-memory directory must be an absolute path: '{SharedMemoryDirectory}'.",
                nameof(SharedMemoryDirectory));
        }

        if (WaitStrategy is not (WaitStrategy.Adaptive or WaitStrategy.Blocking or WaitStrategy.Polling))
        {
            throw new ArgumentOutOfRangeException(nameof(WaitStrategy), WaitStrategy, "Not a wait strategy.");
        }
    }

    internal static void CheckSize(int maxMessageSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(
            maxMessageSize, WireLimits.MinMaxMessageSize, nameof(MaxMessageSize));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxMessageSize, LargestMaxMessageSize, nameof(MaxMessageSize));
    }

    // A time limit is positive and at most a day, or infinite.
    internal static void CheckTime(TimeSpan time, string name)
    {
        if (time != Timeout.InfiniteTimeSpan && (time <= TimeSpan.Zero || time > TimeSpan.FromDays(1)))
        {
            throw new ArgumentOutOfRangeException(
                name, time, "A time limit is above zero and at most a day, or infinite.");
        }
    }
}
