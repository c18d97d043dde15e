using System.Net;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

// One node of a cluster. It is read and written only while the cluster's mutex is held.
internal sealed class NodeState(SimulatedNode node)
{
    public NodeId Id => node.Id;

    public int Votes => node.Votes;

    public string Name { get; } = node.Name ?? $"node{node.Id}";

    public IReadOnlyList<IPAddress> Addresses { get; } = node.Addresses ?? [AddressOf(node.Id)];

    // The numbers of links that are cut at this node.
    public HashSet<int> CutLinks { get; } = [];

    // The nodes that the daemon has seen since it started.
    public SortedSet<NodeId> Known { get; } = [];

    public bool IsUp { get; set; } = true;

    // A frozen node is in no ring with others, and does not know it.
    public bool IsFrozen { get; set; }

    public bool IsInRing => IsUp && !IsFrozen;

    // The number of the partition that the node is in. Nodes of one partition receive each other's messages.
    public int Partition { get; set; }

    // The highest sequence of any ring that the node was a member of. A real node keeps it on disk across restarts.
    public ulong Sequence { get; private set; }

    public RingId RingId { get; private set; }

    public NodeId[] Members { get; private set; } = [];

    public bool Quorate { get; set; }

    public List<INodeObserver> Observers { get; } = [];

    // The representative, whose number is in the ring id, is the member with the lowest number.
    public void EnterRing(NodeId[] members, ulong sequence)
    {
        Members = members;
        Known.UnionWith(members);
        Sequence = sequence;
        RingId = new RingId(members[0], sequence);
    }

    // What knet finds out about a link by pinging the other end. The own node always answers.
    public bool IsConnectedTo(NodeState other, int link) =>
        other == this
        || (IsInRing && other.IsInRing && Partition == other.Partition
            && link < Addresses.Count && link < other.Addresses.Count
            && !CutLinks.Contains(link) && !other.CutLinks.Contains(link));

    public void Notify(Action<INodeObserver> notify)
    {
        // A copy, because an observer may remove itself.
        foreach (INodeObserver observer in Observers.ToArray())
        {
            notify(observer);
        }
    }

    // 10.0.0.0 and the number.
    private static IPAddress AddressOf(NodeId id) =>
        new([10, (byte)(id.Value >> 16), (byte)(id.Value >> 8), (byte)id.Value]);
}
