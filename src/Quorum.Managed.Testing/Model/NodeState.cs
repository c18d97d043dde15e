using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing.Model;

// One node as the cluster knows it. Touched under the cluster's gate only.
internal sealed class NodeState(SimulatedNode node)
{
    public NodeId Id => node.Id;

    public int Votes => node.Votes;

    public bool IsUp { get; set; } = true;

    // Nodes of equal group hear each other.
    public int Group { get; set; }

    // The highest ring sequence it has taken part in; a real node keeps it on disk.
    public ulong Sequence { get; set; }

    public RingId RingId { get; set; }

    public NodeId[] Members { get; set; } = [];

    public bool Quorate { get; set; }

    public List<INodeObserver> Observers { get; } = [];
}
