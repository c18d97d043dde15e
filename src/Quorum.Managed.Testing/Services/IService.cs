using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

// One service of a simulated daemon, for example the quorum service. Each member is used while the cluster's mutex is
// held.
internal interface IService
{
    // The service's name in the names of the channel's files.
    string Name { get; }

    // Bytes of the largest answer that a session writes.
    int LargestAnswer { get; }

    // Begins to serve a client. The connection closes the session.
    IServiceSession Open(SimulatorConnection connection);

    // The node has a new ring.
    void OnMembership(NodeId[] joined, NodeId[] left);

    // The node has a new ring, or quorum changed.
    void OnQuorum();

    // The expected votes were set.
    void OnExpectedVotes();

    // The node's daemon is a new process.
    void OnStarted();

    // Whether the totem token comes to the node from now on. It may have come before too.
    void OnToken(bool comes);
}
