namespace Quorum.Managed;

/// <summary>How a <see cref="QuorumMonitor"/> works. Immutable; checked when a monitor is made.</summary>
public sealed record QuorumMonitorOptions
{
    /// <summary>Defaults to <c>default</c>. Tells monitors apart in metrics and traces (attribute <c>quorum.monitor.name</c>).</summary>
    public string Name { get; init; } = "default";

    /// <summary>
    /// How the daemon is reached. The model must be V1 (the default). <see cref="CorosyncConnectionOptions.RequestTimeout"/> is not used:
    /// <see cref="MaxStaleness"/> is the limit of the monitor's requests.
    /// </summary>
    public QuorumConnectionOptions Connection { get; init; } = QuorumConnectionOptions.Default;

    /// <summary>
    /// Defaults to 2 s. How old the daemon's last confirmation may be, from 10 ms to an hour; beyond it the monitor says
    /// <see cref="QuorumState.Unknown"/>: the longest time for which "quorate" can outlive the truth when the daemon stands still. Keep it below twice corosync's token
    /// time-out (<c>totem.token</c>; 1 s or 3 s unless configured): then a node that is cut off by that very standstill says Unknown before the others
    /// can have formed a quorate partition without it. Smaller is safer, and more easily
    /// disturbed by a loaded machine.
    /// </summary>
    public TimeSpan MaxStaleness { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Defaults to a quarter of <see cref="MaxStaleness"/> (when <see langword="null"/>), and must be below it. How often the daemon is asked when it tells nothing by
    /// itself. A question takes it microseconds.
    /// </summary>
    public TimeSpan? ProbeInterval { get; init; }

    /// <summary>
    /// Defaults to 5 s, zero to an hour. For how long after a silence of more than <see cref="MaxStaleness"/> the daemon's "quorate" is not believed: a daemon that
    /// was stopped answers from its old state until it finds out that the cluster went on without it. Should be at least corosync's token time-out
    /// plus its consensus time-out (1.2 times the token).
    /// </summary>
    public TimeSpan RecoverySettleTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Defaults to 100 ms. The pause before the first attempt to reconnect; it doubles up to <see cref="ReconnectMaxDelay"/>, each time shortened at random by up to a half.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Defaults to 5 s. The longest pause between attempts to connect; at once, when the attempt failed for a reason that does not pass by itself (not allowed,
    /// no model V1).
    /// </summary>
    public TimeSpan ReconnectMaxDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Defaults to <see langword="null"/>: ignored. Gets what a handler of <see cref="QuorumMonitor.Changed"/> or a callback registered at
    /// <see cref="QuorumMonitor.QuorumLost"/> throws. Called on the thread pool; must not throw.
    /// </summary>
    public Action<Exception>? UnobservedError { get; init; }

    internal TimeSpan EffectiveProbeInterval => ProbeInterval ?? MaxStaleness / 4;

    /// <summary>Checks the options by themselves and against each other; a monitor does so when it is made.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Name);
        ArgumentNullException.ThrowIfNull(Connection);
        if (Connection.Model != Protocol.QuorumModel.V1)
        {
            throw new ArgumentException("The monitor needs model V1.", nameof(Connection));
        }

        if (Connection.ConnectTimeout != Timeout.InfiniteTimeSpan)
        {
            Check(Connection.ConnectTimeout, TimeSpan.FromTicks(1), nameof(Connection.ConnectTimeout));
        }

        if (!Path.IsPathRooted(Connection.SharedMemoryDirectory))
        {
            throw new ArgumentException($"The shared-memory directory must be an absolute path: '{Connection.SharedMemoryDirectory}'.", nameof(Connection));
        }

        Check(MaxStaleness, TimeSpan.FromMilliseconds(10), nameof(MaxStaleness));
        Check(EffectiveProbeInterval, TimeSpan.FromMilliseconds(1), nameof(ProbeInterval));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(EffectiveProbeInterval, MaxStaleness, nameof(ProbeInterval));
        Check(RecoverySettleTime, TimeSpan.Zero, nameof(RecoverySettleTime));
        Check(ReconnectDelay, TimeSpan.FromMilliseconds(1), nameof(ReconnectDelay));
        Check(ReconnectMaxDelay, ReconnectDelay, nameof(ReconnectMaxDelay));
    }

    private static void Check(TimeSpan value, TimeSpan least, string name)
    {
        if (value < least || value > TimeSpan.FromHours(1))
        {
            throw new ArgumentOutOfRangeException(name, value, $"From {least} to one hour.");
        }
    }
}
