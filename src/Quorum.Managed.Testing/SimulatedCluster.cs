using Quorum.Managed.Protocol;
using Quorum.Managed.Testing.Model;

namespace Quorum.Managed.Testing;

/// <summary>
/// A cluster that exists in this process only: nodes with votes, memberships with ring ids, partitions and quorum, as votequorum counts it.
/// QuorumSimulator serves one node's view of it to clients; several can share one cluster, each for a node of its own.
/// </summary>
/// <remarks>
/// All members may be used from any thread; each call is one step of the story, and its notifications are on their way, in order, when it
/// returns. Nodes are named by number; a number that is not in the node list is an <see cref="ArgumentException"/>.
/// </remarks>
public sealed partial class SimulatedCluster
{
    // A real ring's sequence grows by this with each membership.
    private const ulong SequenceStep = 4;

    private readonly SortedDictionary<NodeId, NodeState> _nodes = [];
    private int _expectedVotes;
    private bool? _forced;
    private int _groups;

    /// <summary>Makes a cluster whose nodes are all up and see each other.</summary>
    /// <param name="nodes">1 to 384 nodes with different numbers.</param>
    /// <param name="quorumType"><see cref="QuorumType.Set"/>: votes are counted; <see cref="QuorumType.Free"/>: no provider, always quorate.</param>
    /// <exception cref="ArgumentException">No node, too many, a number twice or 0, or negative votes.</exception>
    public SimulatedCluster(IEnumerable<SimulatedNode> nodes, QuorumType quorumType = QuorumType.Set)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        QuorumType = quorumType is QuorumType.Set or QuorumType.Free
            ? quorumType
            : throw new ArgumentOutOfRangeException(nameof(quorumType), quorumType, "Not a quorum type: Free or Set.");
        foreach (SimulatedNode node in nodes)
        {
            Add(node);
        }

        if (_nodes.Count is 0 or > WireLimits.MaxNodes)
        {
            throw new ArgumentException($"A cluster has 1 to {WireLimits.MaxNodes} nodes.", nameof(nodes));
        }

        _expectedVotes = _nodes.Values.Sum(node => node.Votes);
        NodeId[] all = [.. _nodes.Keys];
        // As if the nodes had come up one after the other: a fresh node's own ring is 5.
        ulong sequence = 1 + (SequenceStep * (ulong)all.Length);
        foreach (NodeState node in _nodes.Values)
        {
            Assign(node, all, sequence);
            node.Quorate = IsQuorate(all);
        }
    }

    /// <summary>Makes a cluster of nodes 1 to <paramref name="count"/>, with one vote each, all up.</summary>
    /// <param name="count">1 to 384.</param>
    /// <exception cref="ArgumentException">Not a number of nodes.</exception>
    public SimulatedCluster(int count)
        : this(Enumerable.Range(1, Math.Max(0, count)).Select(static id => new SimulatedNode((uint)id)))
    {
    }

    /// <summary>Whether votes are counted.</summary>
    public QuorumType QuorumType { get; }

    /// <summary>All nodes of the node list, by number, up or not.</summary>
    public IReadOnlyList<NodeId> Nodes => [.. _nodes.Keys];

    /// <summary>The votes that count as all of them; more than half are needed. As <c>corosync-quorumtool -e</c> sets it.</summary>
    public int ExpectedVotes
    {
        get
        {
            lock (Gate)
            {
                return _expectedVotes;
            }
        }
    }

    // Guards the model and every server on it: a change and its notifications are one step.
    internal Lock Gate { get; } = new();

    /// <summary>What a node sees now.</summary>
    /// <param name="node">The node's number.</param>
    /// <returns>Its view.</returns>
    public SimulatedView View(uint node)
    {
        lock (Gate)
        {
            NodeState state = Find(node);
            return new SimulatedView(state.Id, state.IsUp, state.RingId, [.. state.Members], state.Quorate);
        }
    }

    /// <summary>Starts a node's corosync: it listens, first sees itself alone, then joins whom it can hear. Nothing if it is up.</summary>
    /// <param name="node">The node's number.</param>
    public void Join(uint node)
    {
        lock (Gate)
        {
            NodeState state = Find(node);
            if (!state.IsUp)
            {
                Start(state);
                Reform(restarted: null);
            }
        }
    }

    /// <summary>Stops a node's corosync in order (SIGTERM): its clients are disconnected, its files are removed, the others lose it.</summary>
    /// <param name="node">The node's number; nothing happens if it is down.</param>
    public void Leave(uint node) => Stop(node, orderly: true);

    /// <summary>Kills a node's corosync (SIGKILL): as <see cref="Leave"/>, but its files and socket stay behind.</summary>
    /// <param name="node">The node's number; nothing happens if it is down.</param>
    public void Kill(uint node) => Stop(node, orderly: false);

    /// <summary>
    /// Stops a node's corosync and starts it before the others notice that it was away: its clients are disconnected, and the others get one
    /// membership with the node both joined and left.
    /// </summary>
    /// <param name="node">The node's number. If it is down, this is <see cref="Join"/>.</param>
    public void Restart(uint node)
    {
        lock (Gate)
        {
            NodeState state = Find(node);
            if (state.IsUp)
            {
                state.IsUp = false;
                Notify(state, observer => observer.OnStopped(orderly: true));
                Start(state);
                Reform(state);
            }
            else
            {
                Join(node);
            }
        }
    }

    /// <summary>Cuts the links between groups. Nodes in no group stay together in a group of their own. Replaces an earlier partition.</summary>
    /// <param name="groups">Disjoint groups of node numbers, for example <c>Partition([1, 2], [3])</c>.</param>
    public void Partition(params IReadOnlyCollection<uint>[] groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        lock (Gate)
        {
            List<(NodeState Node, int Group)> assignments = [];
            for (int i = 0; i < groups.Length; i++)
            {
                assignments.AddRange(groups[i].Select(node => (Find(node), i + 1)));
            }

            if (assignments.Select(static assignment => assignment.Node.Id).Distinct().Count() != assignments.Count)
            {
                throw new ArgumentException("A node can be in one group only.", nameof(groups));
            }

            _groups = groups.Length;
            SetGroups(assignments);
        }
    }

    /// <summary>Undoes <see cref="Partition"/>: all nodes that are up see each other again.</summary>
    public void Heal() => Partition();

    /// <summary>Whether <see cref="Partition"/> is in effect.</summary>
    public bool IsPartitioned
    {
        get
        {
            lock (Gate)
            {
                return _groups > 0;
            }
        }
    }

    /// <summary>Sets the expected votes; nodes for which this changes quorum get a quorum notification on the ring that they have.</summary>
    /// <param name="votes">1 and up. The real tool cannot take quorum away this way; the simulator can.</param>
    public void SetExpectedVotes(int votes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(votes);
        lock (Gate)
        {
            _expectedVotes = votes;
            Count();
        }
    }

    /// <summary>
    /// Makes every partition quorate or not, whatever the votes are, as a quorum device could; nodes for which this changes something get a
    /// quorum notification on the ring that they have.
    /// </summary>
    /// <param name="quorate">The state from now on; null goes back to counting votes.</param>
    public void SetQuorate(bool? quorate)
    {
        lock (Gate)
        {
            _forced = quorate;
            Count();
        }
    }

    internal NodeState Attach(uint node, INodeObserver observer)
    {
        NodeState state = Find(node);
        state.Observers.Add(observer);
        return state;
    }

    // Each node's answer to joined and left for a new membership. Public to the tests of this assembly.
    internal static (NodeId[] Joined, NodeId[] Left) Compare(NodeId[] before, NodeId[] after, NodeId? restarted)
    {
        bool again = restarted is { } id && before.Contains(id) && after.Contains(id);
        return (
            [.. after.Where(node => !before.Contains(node) || (again && node == restarted))],
            [.. before.Where(node => !after.Contains(node) || (again && node == restarted))]);
    }

    private void Add(SimulatedNode node)
    {
        if (node.Id.Value == 0 || node.Votes < 0 || !_nodes.TryAdd(node.Id, new NodeState(node)))
        {
            throw new ArgumentException($"Node {node.Id} with {node.Votes} votes: numbers are different and above 0, votes are not negative.", nameof(node));
        }
    }

    private NodeState Find(uint node) => _nodes.TryGetValue(new NodeId(node), out NodeState? state)
        ? state
        : throw new ArgumentException($"There is no node {node}; the nodes are {string.Join(", ", _nodes.Keys)}.", nameof(node));
}
