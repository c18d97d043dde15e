using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing.Model;

// Serves one node's view to clients. Called under the cluster's gate.
internal interface INodeObserver
{
    void OnMembership(NodeState node, NodeId[] joined, NodeId[] left);

    void OnQuorum(NodeState node);

    // The node's corosync starts.
    void OnStarted();

    // It ends: orderly, or as if by SIGKILL.
    void OnStopped(bool orderly);
}
