namespace Quorum.Managed.Protocol;

/// <summary>What votequorum knows of a node. A daemon can send other numbers; they are kept.</summary>
/// <remarks>Source: votequorum_getinfo(3), protocol-docs/votequorum.md, "GETINFO".</remarks>
public enum VoteQuorumNodeState
{
    /// <summary>Not set. The state of a quorum device in a notification.</summary>
    None = 0,

    /// <summary>The node is a member of the partition.</summary>
    Member = 1,

    /// <summary>The node was seen since the daemon started, and is no member now.</summary>
    Dead = 2,

    /// <summary>The node leaves in order. It lasts for a moment, and only with <c>allow_downscale</c>.</summary>
    Leaving = 3,
}
