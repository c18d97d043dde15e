using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

/// <summary>One node of a <see cref="SimulatedCluster"/>, as corosync.conf's <c>nodelist</c> has it.</summary>
/// <param name="Id">Its number, 1 and up.</param>
/// <param name="Votes">Its votes, 0 and up; corosync's default is 1.</param>
public readonly record struct SimulatedNode(NodeId Id, int Votes = 1)
{
    /// <summary>A node by its number.</summary>
    /// <param name="id">1 and up.</param>
    /// <param name="votes">0 and up.</param>
    public SimulatedNode(uint id, int votes = 1)
        : this(new NodeId(id), votes)
    {
    }
}
