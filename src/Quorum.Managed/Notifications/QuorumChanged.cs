using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>
/// The quorum state, at the start of tracking and whenever the voting configuration or the quorum status changes (model
/// V1).
/// </summary>
/// <param name="Quorate">Whether this node is in a quorate partition.</param>
/// <param name="RingId">The membership that this holds for.</param>
/// <param name="Members">The nodes in it, as the daemon lists them.</param>
/// <remarks>
/// It usually follows the <see cref="NodeListChanged"/> of the same ring, but not strictly: votes can change with no
/// change of membership, and the next membership can overtake one before its quorum is known. Compare the ring ids.
/// Source: quorum_model_initialize(3).
/// </remarks>
public sealed record QuorumChanged(bool Quorate, RingId RingId, NodeList Members) : QuorumNotification;
