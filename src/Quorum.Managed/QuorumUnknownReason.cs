namespace Quorum.Managed;

/// <summary>Why a <see cref="QuorumMonitor"/> says <see cref="QuorumState.Unknown"/>.</summary>
public enum QuorumUnknownReason
{
    /// <summary>The state is not <see cref="QuorumState.Unknown"/>.</summary>
    None = 0,

    /// <summary><see cref="QuorumMonitor.Start"/> has not been called.</summary>
    NotStarted = 1,

    /// <summary>
    /// There is no connection. <see cref="QuorumSnapshot.Error"/> says why once an attempt has failed.
    /// </summary>
    Disconnected = 2,

    /// <summary>The monitor is connected, and the daemon has not yet given its first answer.</summary>
    Starting = 3,

    /// <summary>
    /// The daemon has confirmed nothing within <see cref="QuorumMonitorOptions.MaxStaleness"/>. The daemon or this
    /// process stood still.
    /// </summary>
    Stale = 4,

    /// <summary>
    /// The daemon says quorate after a gap, and the monitor has no proof yet that the daemon does not answer from the
    /// past. See <see cref="QuorumMonitorOptions.Assurance"/>.
    /// </summary>
    Settling = 5,

    /// <summary>The monitor was disposed.</summary>
    Stopped = 6,

    /// <summary>
    /// The daemon has no quorum provider, and says quorate whatever happens. <see cref="QuorumSnapshot.Error"/> says
    /// what to configure.
    /// </summary>
    NoQuorumProvider = 7,

    /// <summary>
    /// The lease of <see cref="QuorumAssurance.Leased"/> has ended, and the daemon's token has not renewed it. Another
    /// node may have failed, or this node may be cut off; no node can tell which for about the token time-out.
    /// </summary>
    LeaseExpired = 8,

    /// <summary>
    /// <see cref="QuorumAssurance.Leased"/> is asked for, and no lease can be had from this daemon.
    /// <see cref="QuorumSnapshot.Error"/> says why and what to do.
    /// </summary>
    LeaseUnavailable = 9,
}
