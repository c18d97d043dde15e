namespace Quorum.Managed;

/// <summary>The quorum state, as model V0 tells it: the ring's sequence number without its node.</summary>
/// <param name="Quorate">Whether this node is in a quorate partition.</param>
/// <param name="RingSequence">The sequence number of the ring. Both halves of a partition can have the same.</param>
/// <param name="Members">The nodes in the ring, as the daemon lists them.</param>
/// <remarks>Source: quorum_initialize(3).</remarks>
public sealed record QuorumChangedV0(bool Quorate, ulong RingSequence, NodeList Members) : QuorumNotification;
