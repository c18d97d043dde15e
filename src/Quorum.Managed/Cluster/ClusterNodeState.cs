namespace Quorum.Managed;

/// <summary>Whether a node of a <see cref="ClusterView"/> is a member.</summary>
public enum ClusterNodeState
{
    /// <summary>No service told.</summary>
    Unknown = 0,

    /// <summary>The node is a member of the partition that this node is in.</summary>
    Member = 1,

    /// <summary>The node is no member. It is down, cut off, or was never seen.</summary>
    Absent = 2,

    /// <summary>The node is a member and leaves in order.</summary>
    Leaving = 3,
}
