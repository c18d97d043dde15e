namespace Quorum.Managed;

/// <summary>What the "quorate" of a <see cref="QuorumSnapshot"/> rests on, besides the daemon's word.</summary>
public enum QuorumBasis
{
    /// <summary>Nothing else, or the snapshot does not say quorate. No gap asked for a proof.</summary>
    None = 0,

    /// <summary>After the last gap the daemon's token counter showed that its ring is alive.</summary>
    TokenCounter = 1,

    /// <summary>
    /// After the last gap the token and consensus time-outs passed, within which a daemon learns the truth.
    /// </summary>
    Timing = 2,

    /// <summary>
    /// After the last gap a fixed time passed: <see cref="QuorumMonitorOptions.RecoverySettleTime"/>, or 30 s where
    /// the daemon's time-outs cannot be read.
    /// </summary>
    Fixed = 3,
}
