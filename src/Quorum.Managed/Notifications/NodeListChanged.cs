using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>The membership, at the start of tracking and whenever it changes (model V1).</summary>
/// <param name="RingId">The membership.</param>
/// <param name="Members">The nodes in it.</param>
/// <param name="Joined">The nodes that were not in the membership before. Empty in the first notification.</param>
/// <param name="Left">
/// The nodes that were in the membership before and left it. Empty in the first notification.
/// </param>
/// <remarks>
/// A node that leaves and returns within the token time-out is in both lists. Source: quorum_model_initialize(3).
/// </remarks>
public sealed record NodeListChanged(RingId RingId, NodeList Members, NodeList Joined, NodeList Left)
    : QuorumNotification;
