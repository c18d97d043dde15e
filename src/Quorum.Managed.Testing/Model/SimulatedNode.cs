using System.Net;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

/// <summary>One node of a <see cref="SimulatedCluster"/>.</summary>
/// <param name="Id">The node's number, 1 and up.</param>
/// <param name="Votes">The node's votes, 0 and up. Defaults to 1, as in corosync.</param>
/// <remarks>
/// Immutable. The cluster checks the values. Source: corosync.conf(5), <c>nodeid</c> and <c>quorum_votes</c> of a node.
/// </remarks>
public readonly record struct SimulatedNode(NodeId Id, int Votes = 1)
{
    /// <summary>Makes a node from a plain number.</summary>
    /// <param name="id">The node's number, 1 and up.</param>
    /// <param name="votes">The node's votes, 0 and up. Defaults to 1.</param>
    public SimulatedNode(uint id, int votes = 1)
        : this(new NodeId(id), votes)
    {
    }

    /// <summary>The node's name. Defaults to null, which is <c>node</c> and the number.</summary>
    /// <remarks>Source: corosync.conf(5), <c>name</c> of a node.</remarks>
    public string? Name { get; init; }

    /// <summary>
    /// The node's addresses, one for each of its links, at most 8. Defaults to null, which is one address that is made
    /// of the number. Nobody listens at them.
    /// </summary>
    /// <remarks>Source: corosync.conf(5), <c>ring0_addr</c> and its like.</remarks>
    public IReadOnlyList<IPAddress>? Addresses { get; init; }
}
