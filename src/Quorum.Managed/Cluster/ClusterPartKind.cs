namespace Quorum.Managed;

/// <summary>
/// What a part of a <see cref="ClusterView"/> tells. Each part comes from one of corosync's services.
/// </summary>
public enum ClusterPartKind
{
    /// <summary>Not set.</summary>
    None = 0,

    /// <summary>Quorum, the ring and the members, from the quorum service.</summary>
    Quorum = 1,

    /// <summary>Votes, from votequorum. It does not exist without a quorum provider.</summary>
    Votes = 2,

    /// <summary>The name of the cluster and its configured nodes, from cmap.</summary>
    Configuration = 3,

    /// <summary>Addresses and links, from cfg. Links need corosync 3.1.1.</summary>
    Links = 4,
}
