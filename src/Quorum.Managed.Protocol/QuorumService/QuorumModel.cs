namespace Quorum.Managed.Protocol;

/// <summary>
/// Which set of notifications a connection gets: quorum_model_initialize(3)'s <c>quorum_model_t</c>, with the wire's
/// values.
/// </summary>
public enum QuorumModel
{
    /// <summary>
    /// As quorum_initialize(3): one notification a change, with the ring's sequence number only. Known to every
    /// corosync.
    /// </summary>
    V0 = 0,

    /// <summary>Node list and quorum notifications, with the whole ring id. corosync 3.1.0 or newer.</summary>
    V1 = 1,
}
