namespace Quorum.Managed;

/// <summary>Why a <see cref="QuorumMonitor"/> says <see cref="QuorumState.Unknown"/>.</summary>
public enum QuorumUnknownReason
{
    /// <summary>It does not say so.</summary>
    None = 0,

    /// <summary><see cref="QuorumMonitor.Start"/> has not been called.</summary>
    NotStarted = 1,

    /// <summary>There is no connection; <see cref="QuorumSnapshot.Error"/> says why once an attempt has failed.</summary>
    Disconnected = 2,

    /// <summary>Connected, and the daemon has not yet given its first answer.</summary>
    Starting = 3,

    /// <summary>The daemon has confirmed nothing within <see cref="QuorumMonitorOptions.MaxStaleness"/>: it hangs or is stopped, or this process was.</summary>
    Stale = 4,

    /// <summary>After such a silence the daemon says quorate again; it is not believed before <see cref="QuorumMonitorOptions.RecoverySettleTime"/> is over.</summary>
    Settling = 5,

    /// <summary>The monitor was disposed.</summary>
    Stopped = 6,
}
