namespace Quorum.Managed.TestSupport;

/// <summary>The quorum algorithm of a cluster.</summary>
public enum ClusterProvider
{
    /// <summary>corosync_votequorum.</summary>
    VoteQuorum,

    /// <summary>None: the service answers, with quorum type Free.</summary>
    None,
}
