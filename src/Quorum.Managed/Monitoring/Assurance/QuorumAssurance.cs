namespace Quorum.Managed;

/// <summary>What a <see cref="QuorumMonitor"/> demands before it believes the daemon's "quorate".</summary>
/// <remarks>The rule and what it rests on are in protocol-docs/monitor.md.</remarks>
public enum QuorumAssurance
{
    /// <summary>
    /// The daemon's word alone. A daemon that stood still is believed as soon as it answers again, although it may
    /// answer from the past for as long as the token and consensus time-outs together.
    /// </summary>
    None = 0,

    /// <summary>
    /// The daemon's word. After a gap, "quorate" is believed only when the daemon's token counter shows that its ring
    /// is alive.
    /// </summary>
    Live = 1,

    /// <summary>
    /// A "quorate" with an end that holds even if this node is cut off now: <see cref="QuorumSnapshot.LeaseEnd"/>. The
    /// leases of two nodes overlap only while each names the other among its members. The price: when another node
    /// dies, this node says Unknown for some seconds, until it is known which of them was cut off.
    /// </summary>
    Leased = 2,
}
