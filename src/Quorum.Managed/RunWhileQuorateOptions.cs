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

    /// <summary>
    /// Defaults to <see langword="false"/>. Whether the work must have ended before any other node may act. Needs a
    /// monitor with <see cref="QuorumAssurance.Leased"/>.
    /// </summary>
    /// <remarks>
    /// The work's token is then cancelled <see cref="Grace"/> before the lease ends, so that the grace is over when the
    /// lease is. The grace must therefore be shorter than what a lease has left just before it is renewed. At
    /// corosync's own timing that is 1.5 s with two nodes, 1.9 s with three, and 3.7 s with eight. The call throws
    /// <see cref="InvalidOperationException"/> if the grace does not fit. The message has the numbers.
    /// </remarks>
    public bool Strict { get; init; }

    internal void Validate(QuorumAssurance assurance)
    {
        if (Strict && assurance != QuorumAssurance.Leased)
        {
            throw new ArgumentException($"{nameof(Strict)} needs a monitor with leased assurance.", nameof(assurance));
        }

        if (Strict && Grace == Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentException($"{nameof(Strict)} needs a {nameof(Grace)} with an end.", nameof(assurance));
        }

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
