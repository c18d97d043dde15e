using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>What a <see cref="QuorumMonitor"/> knew at one moment. Immutable; safe to keep and to share between threads.</summary>
/// <remarks>
/// <see cref="RingId"/>, <see cref="Members"/> and <see cref="State"/> come from one quorum notification of the daemon, never from two. While the daemon is known
/// to be ahead of it (a newer node list, or a contradicting answer), <see cref="IsChanging"/> says so. In the state
/// <see cref="QuorumState.Unknown"/> the ring and the members are the last that were known. See protocol-docs/monitor.md.
/// </remarks>
public sealed record QuorumSnapshot
{
    /// <summary>What holds for this node.</summary>
    public required QuorumState State { get; init; }

    /// <summary>Why <see cref="State"/> is <see cref="QuorumState.Unknown"/>; <see cref="QuorumUnknownReason.None"/> when it is not.</summary>
    public QuorumUnknownReason UnknownReason { get; init; }

    /// <summary>The membership that the daemon spoke of last; <see langword="null"/> before the first.</summary>
    public RingId? RingId { get; init; }

    /// <summary>The nodes in it.</summary>
    public NodeList Members { get; init; }

    /// <summary>The nodes that joined with the last change of membership, those of memberships that were overtaken included.</summary>
    public NodeList Joined { get; init; }

    /// <summary>The nodes that left with it; one that left and came back within the token time-out is in both lists.</summary>
    public NodeList Left { get; init; }

    /// <summary>The daemon is at a newer membership or answer than this snapshot shows, and the next one follows within the time that the cluster needs to agree.</summary>
    public bool IsChanging { get; init; }

    /// <summary>Since when <see cref="State"/> is what it is.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>The time to which the daemon's last answer holds: when it was asked, not when it answered. <see langword="null"/> before the first.</summary>
    public DateTimeOffset? LastConfirmed { get; init; }

    /// <summary>Why the last attempt to connect or to ask failed; <see langword="null"/> while all is well.</summary>
    public Exception? Error { get; init; }

    /// <summary>Counts the changes of this monitor; two snapshots with the same number differ in <see cref="LastConfirmed"/> at most.</summary>
    public long Version { get; init; }

    /// <summary>Whether <see cref="State"/> is <see cref="QuorumState.Quorate"/>.</summary>
    public bool IsQuorate => State == QuorumState.Quorate;

    // Monotonic time of LastConfirmed; what staleness is measured from.
    internal long ConfirmedAt { get; init; }

    /// <summary>A line for logs.</summary>
    /// <returns>For example <c>quorate, ring 1.d, members [1 2 3]</c>.</returns>
    public override string ToString()
    {
        string state = State switch
        {
            QuorumState.Quorate => "quorate",
            QuorumState.Inquorate => "inquorate",
            _ => $"unknown ({UnknownReason})",
        };
        string ring = RingId is { } id ? $", ring {id}, members {Members}" : "";
        return state + ring + (IsChanging ? ", changing" : "") + (Error is null ? "" : $", error: {Error.Message}");
    }
}
