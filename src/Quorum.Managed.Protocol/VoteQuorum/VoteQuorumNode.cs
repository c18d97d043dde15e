namespace Quorum.Managed.Protocol;

/// <summary>A node and its state, in a notification of votequorum.</summary>
/// <param name="Id">The node. 0 stands for the quorum device that is registered on the asked node.</param>
/// <param name="State">What votequorum knows of it; <see cref="VoteQuorumNodeState.None"/> for the device.</param>
/// <remarks>
/// The layout is that of the wire: two numbers of four bytes. Source: votequorum_trackstart(3),
/// protocol-docs/votequorum.md, "Quorum notification".
/// </remarks>
public readonly record struct VoteQuorumNode(NodeId Id, VoteQuorumNodeState State)
{
    /// <summary>Whether this is the quorum device rather than a node.</summary>
    public bool IsDevice => Id.Value == 0;
}
