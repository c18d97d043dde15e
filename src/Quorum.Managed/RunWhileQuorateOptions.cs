namespace Quorum.Managed;

/// <summary>How <see cref="QuorumMonitor.RunWhileQuorateAsync"/> starts and stops the work. Immutable; checked at the call.</summary>
public sealed record RunWhileQuorateOptions
{
    /// <summary>
    /// Defaults to 10 s. How long the work may take to end after its token was cancelled; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever. Beyond it the call
    /// throws <see cref="TimeoutException"/>, while the work still runs: end the process then if the work must not go on.
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Defaults to zero. For how long this node must have been quorate without interruption before the work is started: against flapping.</summary>
    public TimeSpan SettleTime { get; init; }

    /// <summary>Defaults to <see langword="true"/>. Whether the work is started again when quorum is back.</summary>
    public bool Restart { get; init; } = true;

    internal void Validate()
    {
        if (Grace != Timeout.InfiniteTimeSpan)
        {
            Check(Grace, nameof(Grace));
        }

        Check(SettleTime, nameof(SettleTime));
    }

    private static void Check(TimeSpan value, string name)
    {
        if (value < TimeSpan.Zero || value > TimeSpan.FromDays(1))
        {
            throw new ArgumentOutOfRangeException(name, value, "From zero to a day.");
        }
    }
}
