namespace Quorum.Managed;

/// <summary>How a <see cref="QuorumMonitor"/> works. Immutable; checked when a monitor is created.</summary>
public sealed record QuorumMonitorOptions
{
    /// <summary>
    /// Defaults to <c>default</c>. Tells monitors apart in metrics and traces, as attribute <c>quorum.monitor.name</c>.
    /// Living monitors of one name have numbers besides: <c>quorum.monitor.instance</c>.
    /// </summary>
    public string Name { get; init; } = "default";

    /// <summary>
    /// Defaults to <see cref="QuorumConnectionOptions.Default"/>. How the daemon is reached. A daemon
    /// that has no model V1 is asked for V0, unless <see cref="QuorumConnectionOptions.FallBackToV0"/> forbids it. What
    /// differs then is in protocol-docs/monitor.md, "Model V0".
    /// <see cref="CorosyncConnectionOptions.RequestTimeout"/> has no effect: requests of a monitor time out after
    /// <see cref="MaxStaleness"/>.
    /// </summary>
    public QuorumConnectionOptions Connection { get; init; } = QuorumConnectionOptions.Default;

    /// <summary>
    /// Defaults to 2 s; from 10 ms to an hour. The greatest age of the daemon's last confirmation. Beyond that age the
    /// monitor says <see cref="QuorumState.Unknown"/>.
    /// </summary>
    /// <remarks>
    /// <para>
    /// This is the longest time for which "quorate" can outlive the truth when the daemon stands still. A smaller value
    /// is safer, but a loaded machine makes the monitor say Unknown more often.
    /// </para>
    /// <para>
    /// Keep it below twice corosync's token time-out (<c>totem.token</c>; 1 s or 3 s unless configured). A node that is
    /// cut off because its daemon stands still then says Unknown before the other nodes can form a quorate partition.
    /// </para>
    /// <para>
    /// With a quorum device, keep it above the time that the device takes to vote: 5 s fits corosync's own timing with
    /// two nodes. See protocol-docs/monitor.md, "Quorum device".
    /// </para>
    /// </remarks>
    public TimeSpan MaxStaleness { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Defaults to <see langword="null"/>: a quarter of <see cref="MaxStaleness"/>. At least 1 ms, and below
    /// <see cref="MaxStaleness"/>. How often the daemon is asked while it sends no notifications. An answer costs the
    /// daemon microseconds.
    /// </summary>
    public TimeSpan? ProbeInterval { get; init; }

    /// <summary>
    /// Defaults to <see cref="QuorumAssurance.Live"/>. What is demanded before the daemon's "quorate" is believed.
    /// </summary>
    public QuorumAssurance Assurance { get; init; } = QuorumAssurance.Live;

    /// <summary>
    /// Defaults to 100 ms; from zero to a minute. How much earlier a lease ends than corosync's consensus time-out
    /// would allow. Only <see cref="QuorumAssurance.Leased"/> uses it.
    /// </summary>
    /// <remarks>
    /// It covers what the lease cannot see: clocks that run at different rates, and the time between the end of the
    /// lease and the moment at which this process acts on it. A larger value leaves less time for the work to stop, and
    /// makes pauses longer. A value that leaves no lease makes the monitor say Unknown, with an error.
    /// </remarks>
    public TimeSpan LeaseMargin { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Defaults to <see langword="null"/>: derived, see remarks. From zero to an hour. How long the daemon's "quorate"
    /// is not believed after a silence of more than <see cref="MaxStaleness"/>.
    /// </summary>
    /// <remarks>
    /// <para>
    /// A daemon that was stopped answers from its old state until it learns that the cluster went on without it. Left
    /// out, <see cref="QuorumAssurance.Live"/> believes it when the daemon's token counter proves that its ring is
    /// alive, at the latest after corosync's token and consensus time-outs and one second; after 30 s where these
    /// cannot be read.
    /// </para>
    /// <para>
    /// A value replaces all of that: the time alone decides, and a value below the token and consensus time-outs
    /// together believes a daemon that answers from the past. Zero, or <see cref="QuorumAssurance.None"/> without a
    /// value, believes at once.
    /// </para>
    /// </remarks>
    public TimeSpan? RecoverySettleTime { get; init; }

    /// <summary>
    /// Defaults to <see langword="false"/>. Whether snapshots have <see cref="QuorumSnapshot.Votes"/>, which votequorum
    /// tells.
    /// </summary>
    /// <remarks>
    /// It is read over a connection of its own: at the start, whenever votequorum notifies, and every 5 s. A votequorum
    /// that is silent, slow or refuses makes the votes missing. It changes no state and delays no question and no loss.
    /// An answer may take <see cref="MaxStaleness"/>.
    /// </remarks>
    public bool IncludeVotes { get; init; }

    /// <summary>
    /// Defaults to <see langword="false"/>. Whether snapshots have <see cref="QuorumSnapshot.Names"/>, which cmap
    /// tells.
    /// </summary>
    /// <remarks>
    /// They are read as the votes are, and whenever the node list of the configuration changes. See
    /// <see cref="IncludeVotes"/>.
    /// </remarks>
    public bool IncludeNames { get; init; }

    /// <summary>
    /// Defaults to 100 ms; from 1 ms to an hour. The pause before the first attempt to reconnect. Each further pause is
    /// twice as long, up to <see cref="ReconnectMaxDelay"/>. Each is shortened at random by up to a half.
    /// </summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Defaults to 5 s; from <see cref="ReconnectDelay"/> to an hour. The longest pause between attempts to connect. It
    /// is used at once after an error that is not transient, for example when the daemon refuses access.
    /// </summary>
    public TimeSpan ReconnectMaxDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Defaults to <see langword="null"/>: such errors are ignored. Gets the exceptions of the handlers of
    /// <see cref="QuorumMonitor.Changed"/> and of the callbacks registered at <see cref="QuorumMonitor.QuorumLost"/>.
    /// Called on the thread pool, or on the thread that runs those callbacks. Must not throw.
    /// </summary>
    public Action<Exception>? UnobservedError { get; init; }

    // The monitor's own; two monitors can share the options.
    internal MonitorIdentity? Identity { get; init; }

    internal TimeSpan EffectiveProbeInterval => ProbeInterval ?? MaxStaleness / 4;

    /// <summary>Checks each option's range and how the options fit together. A new monitor calls it.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Assurance))
        {
            throw new ArgumentOutOfRangeException(nameof(Assurance), Assurance, "None, Live or Leased.");
        }

        ArgumentException.ThrowIfNullOrEmpty(Name);
        ArgumentNullException.ThrowIfNull(Connection);
        Connection.Validate();
        if (Connection.ConnectTimeout != Timeout.InfiniteTimeSpan)
        {
            Check(Connection.ConnectTimeout, TimeSpan.FromTicks(1), nameof(Connection.ConnectTimeout));
        }

        if (!Path.IsPathRooted(Connection.SharedMemoryDirectory))
        {
            throw new ArgumentException(
                $"The shared-memory directory must be an absolute path: '{Connection.SharedMemoryDirectory}'.",
                nameof(Connection));
        }

        Check(MaxStaleness, TimeSpan.FromMilliseconds(10), nameof(MaxStaleness));
        Check(EffectiveProbeInterval, TimeSpan.FromMilliseconds(1), nameof(ProbeInterval));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(
            EffectiveProbeInterval, MaxStaleness, nameof(ProbeInterval));
        if (LeaseMargin < TimeSpan.Zero || LeaseMargin > TimeSpan.FromMinutes(1))
        {
            throw new ArgumentOutOfRangeException(nameof(LeaseMargin), LeaseMargin, "From zero to a minute.");
        }

        Check(RecoverySettleTime ?? TimeSpan.Zero, TimeSpan.Zero, nameof(RecoverySettleTime));
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
