using System.Globalization;

namespace Quorum.Managed.Protocol;

/// <summary>Names one membership of the cluster: who leads the ring, and the ring's sequence number.</summary>
/// <param name="NodeId">The lowest node id in the ring.</param>
/// <param name="Sequence">Grows (by four, usually) with each new membership that the node takes part in.</param>
/// <remarks>
/// The two halves of a partition can have the same sequence and differ in the node: compare both, as equality here
/// does. Source: quorum_model_initialize(3) (<c>struct quorum_ring_id</c>), protocol-docs/quorum-messages.md.
/// </remarks>
public readonly record struct RingId(NodeId NodeId, ulong Sequence)
{
    /// <summary>As corosync prints it: node and sequence in hexadecimal.</summary>
    /// <returns>For example <c>1.d</c> for node 1, sequence 13.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{NodeId.Value:x}.{Sequence:x}");
}
