using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

/// <summary>What one node of a <see cref="SimulatedCluster"/> sees of its cluster at one moment. Immutable.</summary>
/// <param name="Node">The node that sees this.</param>
/// <param name="IsUp">Whether its corosync runs; when it does not, the rest is what it saw last.</param>
/// <param name="RingId">The membership's ring id.</param>
/// <param name="Members">The members by number, the node itself among them; empty before its first start.</param>
/// <param name="Quorate">Whether its partition is quorate.</param>
public sealed record SimulatedView(NodeId Node, bool IsUp, RingId RingId, IReadOnlyList<NodeId> Members, bool Quorate)
{
    /// <summary>One line, as the notifications of this view would read.</summary>
    /// <returns>For example <c>node 1: 1.d [1 2 3] quorate</c>.</returns>
    public override string ToString() =>
        $"node {Node}: " + (IsUp ? $"{RingId} [{string.Join(' ', Members)}] {(Quorate ? "quorate" : "not quorate")}" : "down");
}
