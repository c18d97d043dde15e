namespace Quorum.Managed.TestSupport;

/// <summary>Which callback of libquorum was called.</summary>
public enum NativeEventKind
{
    /// <summary>quorum_notification_fn_t, model V0: the ring id has no node id.</summary>
    V0,

    /// <summary>quorum_v1_quorum_notification_fn_t.</summary>
    Quorum,

    /// <summary>quorum_v1_nodelist_notification_fn_t.</summary>
    NodeList,
}
