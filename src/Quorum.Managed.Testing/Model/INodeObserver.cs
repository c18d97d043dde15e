using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

// Learns what happens to one node. Each method is called while the cluster's mutex is held.
internal interface INodeObserver
{
    // The node has a new ring. The lists compare its members with those of the ring before.
    void OnMembership(NodeId[] joined, NodeId[] left);

    // The node has a new ring, or quorum changed on the ring that it has.
    void OnQuorum();

    // The expected votes were set. Quorum may follow.
    void OnExpectedVotes();

    void OnStarted();

    // The node was frozen or thawed.
    void OnFrozen();

    // An orderly stop is like that of SIGTERM. Any other stop is like that of SIGKILL: files and sockets stay behind.
    void OnStopped(bool orderly);
}
