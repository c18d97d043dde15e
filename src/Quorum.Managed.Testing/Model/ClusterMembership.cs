using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

// Forms the rings of a cluster, as totem's membership protocol would, and notifies the nodes that get a new one. The
// node list never changes after the constructor. Everything else is read and changed only while the cluster's mutex is
// held.
internal sealed class ClusterMembership
{
    // The sequence of a real ring grows by this number with each membership.
    private const ulong SequenceStep = 4;

    private readonly SortedDictionary<NodeId, NodeState> _nodes = [];

    public ClusterMembership(IEnumerable<SimulatedNode> nodes, QuorumType quorumType)
    {
        foreach (SimulatedNode node in nodes)
        {
            if (node.Id.Value == 0 || node.Votes < 0 || !_nodes.TryAdd(node.Id, new NodeState(node)))
            {
                throw new ArgumentException(
                    $"Node {node.Id} with {node.Votes} votes: numbers differ and are above 0, votes are not negative.",
                    nameof(nodes));
            }
        }

        if (_nodes.Count is 0 or > WireLimits.MaxNodes)
        {
            throw new ArgumentException($"A cluster has 1 to {WireLimits.MaxNodes} nodes.", nameof(nodes));
        }

        Quorum = new QuorumRule(quorumType, _nodes.Values.Sum(static node => node.Votes));
        NodeId[] all = Nodes;
        // The sequence is that of nodes which started one after the other. The first ring of a fresh node alone is 5.
        ulong sequence = 1 + (SequenceStep * (ulong)all.Length);
        foreach (NodeState node in _nodes.Values)
        {
            EnterRing(node, all, sequence);
        }
    }

    public NodeId[] Nodes => [.. _nodes.Keys];

    public QuorumRule Quorum { get; }

    public bool IsPartitioned { get; private set; }

    public NodeState Find(uint node) => _nodes.TryGetValue(new NodeId(node), out NodeState? state)
        ? state
        : throw new ArgumentException(
            $"There is no node {node}; the nodes are {string.Join(", ", _nodes.Keys)}.", nameof(node));

    public void Start(NodeState node)
    {
        if (!node.IsUp)
        {
            StartAlone(node);
            FormRings(restarted: null);
        }
    }

    public void Stop(NodeState node, bool orderly)
    {
        if (node.IsUp)
        {
            node.IsUp = false;
            node.IsFrozen = false;
            node.Notify(observer => observer.OnStopped(orderly));
            FormRings(restarted: null);
        }
    }

    public void Restart(NodeState node)
    {
        if (!node.IsUp)
        {
            Start(node);
            return;
        }

        node.IsUp = false;
        node.IsFrozen = false;
        node.Notify(static observer => observer.OnStopped(orderly: true));
        StartAlone(node);
        FormRings(node);
    }

    // The others lose the node. It goes on with the ring and the quorum that it has.
    public void Freeze(NodeState node)
    {
        if (node.IsInRing)
        {
            node.IsFrozen = true;
            node.Notify(static observer => observer.OnFrozen());
            FormRings(restarted: null);
        }
    }

    // The node forms a ring of its own, as one does that has missed the others, and then joins those it can reach.
    public void Thaw(NodeState node)
    {
        if (!node.IsFrozen)
        {
            return;
        }

        node.IsFrozen = false;
        node.Notify(static observer => observer.OnFrozen());
        NodeId[] left = [.. node.Members.Where(member => member != node.Id)];
        EnterRing(node, [node.Id], node.Sequence + SequenceStep);
        node.Notify(observer => observer.OnMembership([], left));
        node.Notify(static observer => observer.OnQuorum());
        FormRings(restarted: null);
    }

    // Nodes in none of the groups form a partition of their own. No group at all ends the partition.
    public void Partition(IReadOnlyCollection<uint>[] groups)
    {
        NodeState[][] partitions = [.. groups.Select(group => group.Select(Find).ToArray())];
        NodeState[] named = [.. partitions.SelectMany(static nodes => nodes)];
        if (named.Distinct().Count() != named.Length)
        {
            throw new ArgumentException("A node can be in one group only.", nameof(groups));
        }

        IsPartitioned = groups.Length > 0;
        foreach (NodeState node in _nodes.Values)
        {
            node.Partition = Array.FindIndex(partitions, nodes => nodes.Contains(node));
        }

        FormRings(restarted: null);
    }

    public void SetExpectedVotes(int votes)
    {
        Quorum.ExpectedVotes = votes;
        foreach (NodeState node in _nodes.Values.Where(static node => node.IsInRing))
        {
            node.Notify(static observer => observer.OnExpectedVotes());
        }

        CountVotes();
    }

    // Applies a changed quorum rule to the rings that exist.
    public void CountVotes()
    {
        foreach (NodeState node in _nodes.Values.Where(static node => node.IsInRing))
        {
            bool before = node.Quorate;
            node.Quorate = IsQuorate(node.Members);
            if (node.Quorate != before)
            {
                node.Notify(static observer => observer.OnQuorum());
            }
        }
    }

    // A node's first ring after its start has itself as its only member.
    private void StartAlone(NodeState node)
    {
        node.IsUp = true;
        node.Known.Clear();
        EnterRing(node, [node.Id], node.Sequence + SequenceStep);
        node.Notify(static observer => observer.OnStarted());
    }

    // Gives a new ring to every partition whose nodes are not exactly the members of their present ring. The node list
    // is notified before quorum, in the order of the real daemon.
    private void FormRings(NodeState? restarted)
    {
        IGrouping<int, NodeState>[] partitions =
            [.. _nodes.Values.Where(static node => node.IsInRing).GroupBy(static node => node.Partition)];
        foreach (NodeState[] nodes in partitions.Select(static partition => partition.ToArray()))
        {
            NodeId[] members = [.. nodes.Select(static node => node.Id)];
            if (!nodes.Contains(restarted) && nodes.All(node => node.Members.AsSpan().SequenceEqual(members)))
            {
                continue;
            }

            ulong sequence = nodes.Max(static node => node.Sequence) + SequenceStep;
            foreach (NodeState node in nodes)
            {
                NodeId? returned = node == restarted ? null : restarted?.Id;
                NodeId[] joined = Difference(members, node.Members, returned);
                NodeId[] left = Difference(node.Members, members, returned);
                EnterRing(node, members, sequence);
                node.Notify(observer => observer.OnMembership(joined, left));
                node.Notify(static observer => observer.OnQuorum());
            }
        }
    }

    // The nodes that are in one ring and not in the other. A node that restarted unnoticed is in both rings and counts
    // as one that joined and as one that left.
    private static NodeId[] Difference(NodeId[] nodes, NodeId[] without, NodeId? returned) =>
        [.. nodes.Where(node => node == returned || !without.Contains(node))];

    private void EnterRing(NodeState node, NodeId[] members, ulong sequence)
    {
        node.EnterRing(members, sequence);
        node.Quorate = IsQuorate(members);
    }

    private bool IsQuorate(NodeId[] members) => Quorum.IsQuorate(members.Sum(member => _nodes[member].Votes));
}
