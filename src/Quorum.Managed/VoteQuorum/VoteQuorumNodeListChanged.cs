using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>The membership, at the start of tracking and whenever it changes.</summary>
/// <remarks>
/// It comes before the <see cref="VoteQuorumChanged"/> of the same ring. Source: votequorum_trackstart(3).
/// </remarks>
public sealed record VoteQuorumNodeListChanged : VoteQuorumNotification
{
    /// <summary>Creates it.</summary>
    /// <param name="context">The number of the trackstart.</param>
    /// <param name="ringId">The membership.</param>
    /// <param name="members">The nodes in it.</param>
    public VoteQuorumNodeListChanged(ulong context, RingId ringId, NodeList members)
        : base(context)
    {
        RingId = ringId;
        Members = members;
    }

    /// <summary>The membership.</summary>
    public RingId RingId { get; }

    /// <summary>The nodes in it.</summary>
    public NodeList Members { get; }
}
