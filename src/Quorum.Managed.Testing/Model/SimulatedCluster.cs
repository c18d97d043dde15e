using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

/// <summary>
/// A cluster that exists in this process only: nodes with votes, memberships with ring ids, partitions, and quorum as
/// votequorum counts it. A <see cref="QuorumSimulator"/> serves one node's view of the cluster to clients. Several
/// simulators can share a cluster, each for a node of its own.
/// </summary>
/// <remarks>
/// All members may be used from any thread. Each call is one change. When the call returns, the notifications of that
/// change are on their way to the clients, in order.
/// </remarks>
public sealed class SimulatedCluster
{
    private readonly ClusterMembership _membership;

    /// <summary>Makes a cluster whose nodes are all up and see each other.</summary>
    /// <param name="nodes">1 to 384 nodes with different numbers.</param>
    /// <param name="quorumType">
    /// Defaults to <see cref="QuorumType.Set"/>, which counts votes. <see cref="QuorumType.Free"/> has no quorum
    /// provider, and the cluster is always quorate.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="nodes"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="quorumType"/> is not a quorum type.</exception>
    /// <exception cref="ArgumentException">
    /// There is no node, there are more than 384, a number is 0 or used twice, or votes are negative.
    /// </exception>
    public SimulatedCluster(IEnumerable<SimulatedNode> nodes, QuorumType quorumType = QuorumType.Set)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        if (quorumType is not (QuorumType.Set or QuorumType.Free))
        {
            throw new ArgumentOutOfRangeException(nameof(quorumType), quorumType, "Not a quorum type: Free or Set.");
        }

        SimulatedNode[] all = [.. nodes];
        if (Array.Exists(all, static node => node.Addresses is { Count: 0 or > 8 }))
        {
            throw new ArgumentException("A node has 1 to 8 addresses.", nameof(nodes));
        }

        _membership = new ClusterMembership(all, quorumType);
        Nodes = [.. _membership.Nodes];
    }

    /// <summary>Makes a cluster of nodes 1 to <paramref name="count"/>, with one vote each, all up.</summary>
    /// <param name="count">1 to 384.</param>
    /// <exception cref="ArgumentException"><paramref name="count"/> is below 1 or above 384.</exception>
    public SimulatedCluster(int count)
        : this(Enumerable.Range(1, Math.Max(0, count)).Select(static id => new SimulatedNode((uint)id)))
    {
    }

    /// <summary>The name of the cluster. Defaults to <c>simulated</c>.</summary>
    /// <remarks>Source: corosync.conf(5), <c>cluster_name</c>.</remarks>
    public string ClusterName { get; init; } = "simulated";

    /// <summary>Whether votes are counted.</summary>
    public QuorumType QuorumType => _membership.Quorum.Type;

    /// <summary>All nodes of the node list in the order of their numbers, whether they are up or down.</summary>
    public IReadOnlyList<NodeId> Nodes { get; }

    /// <summary>
    /// The number of votes that a partition needs more than half of. Defaults to the sum of all nodes' votes.
    /// </summary>
    /// <remarks>Source: votequorum(5), <c>expected_votes</c>.</remarks>
    public int ExpectedVotes
    {
        get
        {
            lock (Mutex)
            {
                return _membership.Quorum.ExpectedVotes;
            }
        }
    }

    /// <summary>Whether <see cref="Partition"/> is in effect.</summary>
    public bool IsPartitioned
    {
        get
        {
            lock (Mutex)
            {
                return _membership.IsPartitioned;
            }
        }
    }

    // Guards the cluster and every server of its nodes. A change and its notifications are therefore one step.
    internal Lock Mutex { get; } = new();

    /// <summary>Gets what a node sees now.</summary>
    /// <param name="node">The node's number.</param>
    /// <returns>The node's view.</returns>
    /// <exception cref="ArgumentException">The cluster has no such node.</exception>
    public SimulatedView View(uint node)
    {
        lock (Mutex)
        {
            NodeState state = _membership.Find(node);
            return new SimulatedView(state.Id, state.IsUp, state.RingId, [.. state.Members], state.Quorate);
        }
    }

    /// <summary>
    /// Starts a node's corosync. The node listens, forms a ring of its own and then joins the nodes of its partition.
    /// </summary>
    /// <param name="node">The node's number. Nothing happens if the node is up.</param>
    /// <exception cref="ArgumentException">The cluster has no such node.</exception>
    /// <exception cref="IOException">The address of the node's simulator is taken.</exception>
    public void Join(uint node)
    {
        lock (Mutex)
        {
            _membership.Start(_membership.Find(node));
        }
    }

    /// <summary>
    /// Stops a node's corosync in order, as SIGTERM does. Its clients are disconnected, its files are removed, and the
    /// other nodes of its partition lose it.
    /// </summary>
    /// <param name="node">The node's number. Nothing happens if the node is down.</param>
    /// <exception cref="ArgumentException">The cluster has no such node.</exception>
    public void Leave(uint node) => Stop(node, orderly: true);

    /// <summary>Kills a node's corosync, as SIGKILL does: its files and its socket stay behind.</summary>
    /// <param name="node">The node's number. Nothing happens if the node is down.</param>
    /// <exception cref="ArgumentException">The cluster has no such node.</exception>
    /// <seealso cref="Leave"/>
    public void Kill(uint node) => Stop(node, orderly: false);

    /// <summary>
    /// Stops a node's corosync in order and starts it before the other nodes notice. Its clients are disconnected. The
    /// other nodes get one membership in which the node has both joined and left.
    /// </summary>
    /// <param name="node">The node's number. If the node is down, this is <see cref="Join"/>.</param>
    /// <exception cref="ArgumentException">The cluster has no such node.</exception>
    /// <exception cref="IOException">The address of the node's simulator is taken.</exception>
    public void Restart(uint node)
    {
        lock (Mutex)
        {
            _membership.Restart(_membership.Find(node));
        }
    }

    /// <summary>
    /// Freezes what a node knows. The totem token no longer comes to it, and the other nodes of its partition lose it.
    /// Its own services go on answering what it saw last, quorate included. A real daemon does the same after it was
    /// stopped and continued, until its own timers have run out.
    /// </summary>
    /// <param name="node">The node's number. Nothing happens if the node is down or frozen.</param>
    /// <remarks>
    /// While a real daemon is stopped, it does not answer either: for that time, inject
    /// <see cref="SimulatorFault.Hang"/> as well.
    /// </remarks>
    /// <exception cref="ArgumentException">The cluster has no such node.</exception>
    public void Freeze(uint node)
    {
        lock (Mutex)
        {
            _membership.Freeze(_membership.Find(node));
        }
    }

    /// <summary>
    /// Ends <see cref="Freeze"/>. The node forms a ring of its own and then joins the nodes of its partition.
    /// </summary>
    /// <param name="node">The node's number. Nothing happens if the node is not frozen.</param>
    /// <exception cref="ArgumentException">The cluster has no such node.</exception>
    public void Thaw(uint node)
    {
        lock (Mutex)
        {
            _membership.Thaw(_membership.Find(node));
        }
    }

    /// <summary>
    /// Cuts the links between groups of nodes. Nodes in no group stay together in a partition of their own. This
    /// replaces an earlier partition.
    /// </summary>
    /// <param name="groups">Disjoint groups of node numbers, for example <c>Partition([1, 2], [3])</c>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="groups"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// The cluster has no such node, or a node is in two groups. Nothing has changed.
    /// </exception>
    public void Partition(params IReadOnlyCollection<uint>[] groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        lock (Mutex)
        {
            _membership.Partition(groups);
        }
    }

    /// <summary>Undoes <see cref="Partition"/>: all nodes that are up see each other again.</summary>
    public void Heal() => Partition();

    /// <summary>
    /// Cuts one link of a node, or restores it. The memberships do not change: totem goes over another link, and a node
    /// without any is for <see cref="Partition"/> to model. cfg and the statistics map show the link as not connected,
    /// seen from either end.
    /// </summary>
    /// <param name="node">The node's number.</param>
    /// <param name="link">The link's number, 0 to 7.</param>
    /// <param name="connected">Whether the link works from now on.</param>
    /// <exception cref="ArgumentException">The cluster has no such node, or the node no such link.</exception>
    public void SetLink(uint node, int link, bool connected)
    {
        lock (Mutex)
        {
            NodeState state = _membership.Find(node);
            if (link < 0 || link >= state.Addresses.Count)
            {
                throw new ArgumentOutOfRangeException(nameof(link), link, "The node has no such link.");
            }

            _ = connected ? state.CutLinks.Remove(link) : state.CutLinks.Add(link);
        }
    }

    /// <summary>
    /// Sets the expected votes, as <c>corosync-quorumtool -e</c> does. Nodes whose quorum changes get a quorum
    /// notification on the ring that they have.
    /// </summary>
    /// <param name="votes">
    /// 1 and up. The real tool refuses a number that would take quorum away. The simulator accepts it.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="votes"/> is below 1.</exception>
    public void SetExpectedVotes(int votes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(votes);
        lock (Mutex)
        {
            _membership.SetExpectedVotes(votes);
        }
    }

    /// <summary>
    /// Makes every partition quorate or not quorate, whatever its votes are, as a quorum device could. Nodes whose
    /// quorum changes get a quorum notification on the ring that they have.
    /// </summary>
    /// <param name="quorate">The state from now on. Null counts the votes again.</param>
    public void SetQuorate(bool? quorate)
    {
        lock (Mutex)
        {
            _membership.Quorum.Forced = quorate;
            _membership.CountVotes();
        }
    }

    // The caller holds the mutex.
    internal int Expected => _membership.Quorum.ExpectedVotes;

    // The node is the same object for the whole life of the cluster. What is in it is guarded by the mutex.
    internal NodeState Find(uint node) => _membership.Find(node);

    private void Stop(uint node, bool orderly)
    {
        lock (Mutex)
        {
            _membership.Stop(_membership.Find(node), orderly);
        }
    }
}
