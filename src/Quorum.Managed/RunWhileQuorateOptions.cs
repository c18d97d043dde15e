namespace Quorum.Managed;

/// <summary>
/// How <see cref="QuorumMonitor.RunWhileQuorateAsync"/> starts and stops the work. Immutable; checked at the call.
/// </summary>
public sealed record RunWhileQuorateOptions
{
    /// <summary>
    /// Defaults to 10 s; from zero to a day, or <see cref="Timeout.InfiniteTimeSpan"/> to wait without limit. How long
    /// the work may take to end after its token was cancelled.
    /// </summary>
    /// <remarks>
    /// After that time the call throws <see cref="TimeoutException"/> while the work still runs. End the process if the
    /// work must not go on.
    /// </remarks>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Defaults to zero; up to a day. How long this node must have been quorate without interruption before the work
    /// starts. Short quorate periods then start no work.
    /// </summary>
    public TimeSpan SettleTime { get; init; }

    /// <summary>Defaults to <see langword="true"/>. Whether the work starts again when quorum is back.</summary>
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
