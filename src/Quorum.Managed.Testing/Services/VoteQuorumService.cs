using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

// votequorum of one node: what its sessions report, and the events that go to all of them.
internal sealed class VoteQuorumService(NodeState node, SimulatedCluster cluster) : IService
{
    private readonly HashSet<VoteQuorumSession> _sessions = [];

    public string Name => WireLimits.VoteQuorumServiceName;

    public int LargestAnswer => Protocol.VoteQuorum.GetInfoResponse.Size;

    public IServiceSession Open(SimulatorConnection connection)
    {
        VoteQuorumSession session = new(this, connection);
        _sessions.Add(session);
        return session;
    }

    public void Remove(VoteQuorumSession session) => _sessions.Remove(session);

    // Null for a node that was not seen since this one started.
    public VoteQuorumInfo? Find(NodeId id)
    {
        NodeId asked = id.Value == 0 ? node.Id : id;
        if (!node.Known.Contains(asked))
        {
            return null;
        }

        NodeState other = cluster.Find(asked.Value);
        uint expected = (uint)cluster.Expected;
        return new VoteQuorumInfo
        {
            NodeId = asked,
            State = StateOf(asked),
            Votes = (uint)other.Votes,
            ExpectedVotes = expected,
            HighestExpectedVotes = expected,
            TotalVotes = (uint)node.Members.Sum(member => cluster.Find(member.Value).Votes),
            Quorum = (expected / 2) + 1,
            Flags = node.Quorate ? VoteQuorumFlags.Quorate : VoteQuorumFlags.None,
            DeviceName = "",
        };
    }

    public byte[] NodeList(ulong context)
    {
        byte[] message = new byte[VoteQuorumNodeListEvent.SizeOf(node.Members.Length)];
        new VoteQuorumNodeListEvent(context, node.RingId, node.Members).WriteTo(message);
        return message;
    }

    // All nodes that are known, the own one last.
    public byte[] Quorum(ulong context)
    {
        VoteQuorumNode[] nodes =
        [
            .. node.Known.Where(id => id != node.Id).Append(node.Id).Select(id => new VoteQuorumNode(id, StateOf(id))),
        ];
        byte[] message = new byte[VoteQuorumChangedEvent.SizeOf(nodes.Length)];
        new VoteQuorumChangedEvent(node.Quorate, context, nodes).WriteTo(message);
        return message;
    }

    public byte[] ExpectedVotes(ulong context)
    {
        byte[] message = new byte[VoteQuorumExpectedVotesEvent.Size];
        new VoteQuorumExpectedVotesEvent(context, (uint)cluster.Expected).WriteTo(message);
        return message;
    }

    public void OnMembership(NodeId[] joined, NodeId[] left) => Broadcast(NodeList);

    public void OnQuorum() => Broadcast(Quorum);

    public void OnExpectedVotes() => Broadcast(ExpectedVotes);

    public void OnStarted()
    {
    }

    public void OnToken(bool comes)
    {
    }

    private VoteQuorumNodeState StateOf(NodeId id) =>
        node.Members.Contains(id) ? VoteQuorumNodeState.Member : VoteQuorumNodeState.Dead;

    private void Broadcast(Func<ulong, byte[]> message)
    {
        // A copy, because a client whose ring is corrupt is closed on the way.
        foreach (VoteQuorumSession session in _sessions.ToArray())
        {
            session.Deliver(message);
        }
    }
}
