namespace Quorum.Managed.Interop.Tests;

/// <summary>What fails besides the link between two nodes with a quorum device.</summary>
public enum DeviceFault
{
    /// <summary>Nothing: both nodes reach corosync-qnetd.</summary>
    None,

    /// <summary>One node is cut off from corosync-qnetd too, as by a failure of its network card.</summary>
    Isolated,

    /// <summary>One node's corosync-qdevice stands still.</summary>
    DeviceHung,

    /// <summary>corosync-qnetd is killed.</summary>
    ArbiterKilled,

    /// <summary>corosync-qnetd stands still.</summary>
    ArbiterHung,
}
