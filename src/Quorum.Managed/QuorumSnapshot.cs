using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>
/// What a <see cref="QuorumMonitor"/> knew at one moment. Immutable; safe to keep and to share between threads.
/// </summary>
/// <remarks>
/// <see cref="RingId"/>, <see cref="Members"/> and <see cref="State"/> come from one quorum notification of the daemon,
/// never from two. Votes and names come from other services and decide nothing. In the state
/// <see cref="QuorumState.Unknown"/> the ring and the members are the last known ones. See protocol-docs/monitor.md.
/// </remarks>
public sealed record QuorumSnapshot
{
    /// <summary>The state of this node.</summary>
    public required QuorumState State { get; init; }

    /// <summary>
    /// Why <see cref="State"/> is <see cref="QuorumState.Unknown"/>.
    /// In any other state it is <see cref="QuorumUnknownReason.None"/>.
    /// </summary>
    public QuorumUnknownReason UnknownReason { get; init; }

    /// <summary>
    /// What <see cref="QuorumState.Quorate"/> rests on besides the daemon's word. In any other state it is
    /// <see cref="QuorumBasis.None"/>.
    /// </summary>
    public QuorumBasis Basis { get; init; }

    /// <summary>
    /// The end of the lease on the wall clock, for display: until then <see cref="QuorumState.Quorate"/> holds even if
    /// this node is cut off now. <see langword="null"/> unless the state is quorate and
    /// <see cref="QuorumMonitorOptions.Assurance"/> is <see cref="QuorumAssurance.Leased"/>.
    /// </summary>
    /// <remarks>
    /// A jump of the wall clock makes this value wrong. Decide by <see cref="LeaseEnd"/>, or by the state itself.
    /// </remarks>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>
    /// The end of the lease in nanoseconds of CLOCK_BOOTTIME, <see langword="null"/> as <see cref="ValidUntil"/> is. A
    /// watchdog in another process of this machine can stop the work at that time, whatever has become of this process.
    /// </summary>
    /// <remarks>
    /// The monitor renews the lease about once in each turn of corosync's token. A renewal is no change:
    /// <see cref="Version"/> stays, and no event is raised. Read <see cref="QuorumMonitor.Current"/> again, as often as
    /// the use needs; that costs a comparison of two clocks. With <see cref="Ipc.WaitStrategy.Polling"/> the clock is
    /// CLOCK_MONOTONIC. A monitor that was given a <see cref="TimeProvider"/> uses that clock.
    /// </remarks>
    public long? LeaseEnd { get; init; }

    /// <summary>
    /// The last known membership; <see langword="null"/> before the first, and always with model V0, which does not
    /// tell the ring's node.
    /// </summary>
    public RingId? RingId { get; init; }

    /// <summary>
    /// The sequence number of that membership, with both models; <see langword="null"/> before the first. Both halves
    /// of a partition can have the same.
    /// </summary>
    public ulong? RingSequence { get; init; }

    /// <summary>The nodes of that membership.</summary>
    public NodeList Members { get; init; }

    /// <summary>
    /// The nodes that joined with the last change of membership. Memberships that the change overtook are included.
    /// </summary>
    public NodeList Joined { get; init; }

    /// <summary>
    /// The nodes that left with the last change of membership. A node that left and came back within the token time-out
    /// is in <see cref="Joined"/> too.
    /// </summary>
    public NodeList Left { get; init; }

    /// <summary>
    /// Whether the daemon already has a newer membership or answer than this snapshot shows. The next snapshot follows
    /// when the cluster has agreed.
    /// </summary>
    public bool IsChanging { get; init; }

    /// <summary>The time of the last change of <see cref="State"/>.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>
    /// The time at which the last answered request was sent; <see langword="null"/> before the first. An answer proves
    /// nothing about a later time.
    /// </summary>
    public DateTimeOffset? LastConfirmed { get; init; }

    /// <summary>
    /// Why the last attempt to connect, or the last request, failed; <see langword="null"/> when it succeeded.
    /// </summary>
    public Exception? Error { get; init; }

    /// <summary>
    /// The votes of <see cref="RingId"/>. <see langword="null"/> while they are not known, and without
    /// <see cref="QuorumMonitorOptions.IncludeVotes"/>.
    /// </summary>
    /// <remarks>
    /// They are for display: votequorum tells them, and it tells of a change of membership a little later than the
    /// quorum service. Until then they are missing. Whether this node may act is for <see cref="State"/> alone to say.
    /// </remarks>
    public ClusterVotes? Votes { get; init; }

    /// <summary>
    /// When <see cref="Votes"/> were read last, or why they are missing. <see langword="null"/> before the first
    /// attempt to read them, and without <see cref="QuorumMonitorOptions.IncludeVotes"/>.
    /// </summary>
    public ClusterPart? VotesPart { get; init; }

    /// <summary>
    /// The names of the configured nodes that have one, members or not. <see langword="null"/> while they are not
    /// known, and without <see cref="QuorumMonitorOptions.IncludeNames"/>.
    /// </summary>
    public IReadOnlyDictionary<NodeId, string>? Names { get; init; }

    /// <summary>
    /// When <see cref="Names"/> were read last, or why they are missing. <see langword="null"/> before the first
    /// attempt to read them, and without <see cref="QuorumMonitorOptions.IncludeNames"/>.
    /// </summary>
    public ClusterPart? NamesPart { get; init; }

    /// <summary>
    /// The number of changes of this monitor. Two snapshots with the same number differ at most in
    /// <see cref="LastConfirmed"/>, <see cref="ValidUntil"/>, <see cref="LeaseEnd"/> and the times of
    /// <see cref="VotesPart"/> and <see cref="NamesPart"/>.
    /// </summary>
    public long Version { get; init; }

    /// <summary>Whether <see cref="State"/> is <see cref="QuorumState.Quorate"/>.</summary>
    public bool IsQuorate => State == QuorumState.Quorate;

    // The membership as texts name it; null before the first.
    internal string? RingName =>
        RingId?.ToString() ?? (RingSequence is { } sequence ? $"sequence {sequence}" : null);

    // LastConfirmed on the monotonic clock. Staleness is measured from here.
    internal long ConfirmedAt { get; init; }

    /// <summary>Gives a line for logs.</summary>
    /// <returns>For example <c>quorate, ring 1.d, members [1 2 3]</c>.</returns>
    public override string ToString()
    {
        string reason = State == QuorumState.Unknown ? $" ({UnknownReason})" : "";
        string ring = RingName is { } name ? $", ring {name}, members {Members}" : "";
        string changing = IsChanging ? ", changing" : "";
        string votes = Votes is { } known ? $", {known.Total} of {known.Expected} votes" : "";
        string error = Error is null ? "" : $", error: {Error.Message}";
        return QuorumStateNames.NameOf(State) + reason + ring + votes + changing + error;
    }
}
