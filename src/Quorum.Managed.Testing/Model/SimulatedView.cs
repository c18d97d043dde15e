using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

/// <summary>What one node of a <see cref="SimulatedCluster"/> sees at one moment.</summary>
/// <param name="Node">The node that sees this.</param>
/// <param name="IsUp">Whether the node's corosync runs. If it does not, the rest is what the node saw last.</param>
/// <param name="RingId">The ring id of the membership.</param>
/// <param name="Members">The members in the order of their numbers, the node itself among them.</param>
/// <param name="Quorate">Whether the node's partition is quorate.</param>
/// <remarks>Immutable.</remarks>
public sealed record SimulatedView(NodeId Node, bool IsUp, RingId RingId, IReadOnlyList<NodeId> Members, bool Quorate)
{
    /// <summary>Writes the view as one line.</summary>
    /// <returns>For example <c>node 1: 1.d [1 2 3] quorate</c>, or <c>node 1: down</c>.</returns>
    public override string ToString() => IsUp
        ? $"node {Node}: {RingId} [{string.Join(' ', Members)}] {(Quorate ? "quorate" : "not quorate")}"
        : $"node {Node}: down";
}
