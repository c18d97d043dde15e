namespace Quorum.Managed.Protocol;

/// <summary>What votequorum says of one node, and of the votes of the partition.</summary>
/// <remarks>
/// During a change of membership these are the values of before the change. An immutable value; it allocates nothing
/// but the name of a quorum device. Source: votequorum_getinfo(3), protocol-docs/votequorum.md, "GETINFO".
/// </remarks>
public readonly record struct VoteQuorumInfo
{
    /// <summary>The node.</summary>
    public NodeId NodeId { get; init; }

    /// <summary>Whether it is a member.</summary>
    public VoteQuorumNodeState State { get; init; }

    /// <summary>The node's votes.</summary>
    public uint Votes { get; init; }

    /// <summary>The expected votes, as this node has them.</summary>
    public uint ExpectedVotes { get; init; }

    /// <summary>The highest expected votes that any member has.</summary>
    public uint HighestExpectedVotes { get; init; }

    /// <summary>
    /// The votes of all members, and those of the quorum device if the node asked about casts them. So it can differ
    /// from node to node.
    /// </summary>
    public uint TotalVotes { get; init; }

    /// <summary>The votes that are needed. The daemon keeps eight bits of it: it wraps above 255.</summary>
    public uint Quorum { get; init; }

    /// <summary>The flags, with bits that this library does not know.</summary>
    public VoteQuorumFlags Flags { get; init; }

    /// <summary>The votes of the quorum device; 0 when there is none.</summary>
    public uint DeviceVotes { get; init; }

    /// <summary>
    /// The name of the quorum device; empty when there is none, and null in the default value. Bytes that are not UTF-8
    /// appear as U+FFFD.
    /// </summary>
    public string? DeviceName { get; init; }
}
