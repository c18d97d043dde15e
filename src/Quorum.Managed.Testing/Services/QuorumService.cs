using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

// The quorum service of one node: the state that its sessions report and the events that go to all of them.
internal sealed class QuorumService(NodeState node, QuorumType quorumType) : IService
{
    private readonly HashSet<QuorumSession> _sessions = [];

    public string Name => WireLimits.ServiceName;

    public int LargestAnswer => QuorumTypeResponse.Size;

    public QuorumType QuorumType => quorumType;

    public bool Quorate => node.Quorate;

    public EventMessages PresentNodeList => EventMessages.NodeListChanged(node.RingId, node.Members, [], []);

    // Measured: without a quorum provider the daemon's quorum notification has no ring and no members. Its node list
    // notification has both.
    public EventMessages PresentQuorum => quorumType == QuorumType.Set
        ? EventMessages.QuorumChanged(node.Quorate, node.RingId, node.Members)
        : EventMessages.QuorumChanged(node.Quorate, default, []);

    public IServiceSession Open(SimulatorConnection connection)
    {
        QuorumSession session = new(this, connection);
        _sessions.Add(session);
        return session;
    }

    public void Remove(QuorumSession session) => _sessions.Remove(session);

    public void OnMembership(NodeId[] joined, NodeId[] left) =>
        Broadcast(EventMessages.NodeListChanged(node.RingId, node.Members, joined, left));

    public void OnQuorum()
    {
        if (quorumType == QuorumType.Set)
        {
            Broadcast(PresentQuorum);
        }
    }

    public void OnExpectedVotes()
    {
    }

    public void OnStarted()
    {
    }

    public void OnToken(bool comes)
    {
    }

    public void Flood(int count)
    {
        EventMessages messages = PresentQuorum;
        for (int i = 0; i < count; i++)
        {
            Broadcast(messages);
        }
    }

    private void Broadcast(EventMessages messages)
    {
        // A copy, because a client whose ring is corrupt is closed on the way.
        foreach (QuorumSession session in _sessions.ToArray())
        {
            session.Deliver(messages);
        }
    }
}
