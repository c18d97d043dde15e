using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>
/// The state of quorum and of all nodes, at the start of tracking, at each change of membership, and whenever quorum
/// changes.
/// </summary>
/// <remarks>
/// It has no ring id; that is in the <see cref="VoteQuorumNodeListChanged"/> before it. Source:
/// votequorum_trackstart(3).
/// </remarks>
public sealed record VoteQuorumChanged : VoteQuorumNotification
{
    /// <summary>Creates it.</summary>
    /// <param name="context">The number of the trackstart.</param>
    /// <param name="quorate">Whether this node is in a quorate partition.</param>
    /// <param name="nodes">All nodes that are known, and the quorum device.</param>
    /// <exception cref="ArgumentNullException"><paramref name="nodes"/> is null.</exception>
    public VoteQuorumChanged(ulong context, bool quorate, IReadOnlyList<VoteQuorumNode> nodes)
        : base(context)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        Quorate = quorate;
        Nodes = nodes;
    }

    /// <summary>Whether this node is in a quorate partition.</summary>
    public bool Quorate { get; }

    /// <summary>
    /// All nodes that are known, dead ones too, in no fixed order; and last the quorum device, if one is registered on
    /// this node.
    /// </summary>
    public IReadOnlyList<VoteQuorumNode> Nodes { get; }

    /// <summary>Whether another notification says the same.</summary>
    /// <param name="other">The other; may be null.</param>
    /// <returns><see langword="true"/> when it does.</returns>
    public bool Equals(VoteQuorumChanged? other) =>
        other is not null && Context == other.Context && Quorate == other.Quorate && Nodes.SequenceEqual(other.Nodes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Context, Quorate, Nodes.Count);
}
