namespace Quorum.Managed.Protocol;

/// <summary>
/// Whether the daemon has a quorum algorithm: quorum_initialize(3)'s <c>quorum_type</c>, with the wire's values.
/// </summary>
public enum QuorumType
{
    /// <summary>
    /// No quorum provider is configured, and the node always counts as quorate (QUORUM_FREE). The man page says that no
    /// callbacks will take place. corosync 3.1 answers trackstart all the same, with the node list and a quorum
    /// notification whose ring id is 0.0 and whose member list is empty.
    /// </summary>
    Free = 0,

    /// <summary>A quorum provider (votequorum) is configured (QUORUM_SET).</summary>
    Set = 1,
}
