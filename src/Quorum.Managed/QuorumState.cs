namespace Quorum.Managed;

/// <summary>What a <see cref="QuorumMonitor"/> says about this node.</summary>
public enum QuorumState
{
    /// <summary>
    /// Nothing is known: there is no daemon, no answer, or an answer that may be stale. Act as if inquorate.
    /// </summary>
    Unknown = 0,

    /// <summary>The daemon said that this node is not in a quorate partition.</summary>
    Inquorate = 1,

    /// <summary>
    /// The daemon confirmed within <see cref="QuorumMonitorOptions.MaxStaleness"/> that this node is in a quorate
    /// partition.
    /// </summary>
    Quorate = 2,
}
