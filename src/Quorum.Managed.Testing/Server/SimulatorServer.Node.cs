using Quorum.Managed.Protocol;
using Quorum.Managed.Testing.Model;

namespace Quorum.Managed.Testing.Server;

// What happens to the node.
internal sealed partial class SimulatorServer
{
    public void OnMembership(NodeState node, NodeId[] joined, NodeId[] left) =>
        Broadcast(EventMessages.NodeList(node.RingId, node.Members, joined, left));

    public void OnQuorum(NodeState node)
    {
        if (QuorumType == QuorumType.Set)
        {
            Broadcast(PresentQuorum);
        }
    }

    public void OnStarted()
    {
        // What a dead daemon has left stays in /dev/shm, as it does in the real one's.
        _listener = new Listener(Address, Options.Inside);
        _accepting.RemoveAll(static task => task.IsCompleted);
        _accepting.Add(AcceptAsync(_listener));
    }

    public void OnStopped(bool orderly)
    {
        _listener?.Close(orderly);
        _listener = null;
        foreach (SimulatorConnection connection in _connections.ToArray())
        {
            connection.Close(orderly);
        }
    }
}
