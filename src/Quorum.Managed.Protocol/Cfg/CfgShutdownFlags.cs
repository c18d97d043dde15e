using System.Diagnostics.CodeAnalysis;

namespace Quorum.Managed.Protocol;

/// <summary>How corosync was asked to stop. A daemon can send other numbers; they are kept.</summary>
/// <remarks>
/// Source: corosync_cfg_try_shutdown(3) (<c>corosync_cfg_shutdown_flags_t</c>), protocol-docs/cfg.md, "TESTSHUTDOWN
/// event".
/// </remarks>
[SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "corosync's term.")]
[SuppressMessage("Naming", "CA1726:Use preferred terms", Justification = "corosync's term.")]
[SuppressMessage("Design", "CA1008:Enums should have zero value", Justification = "corosync's name of the value 0.")]
public enum CfgShutdownFlags
{
    /// <summary>It stops only if all agree (COROSYNC_CFG_SHUTDOWN_FLAG_REQUEST).</summary>
    Request = 0,

    /// <summary>It stops whatever the replies are (COROSYNC_CFG_SHUTDOWN_FLAG_REGARDLESS).</summary>
    Regardless = 1,

    /// <summary>It stops at once; nobody is asked (COROSYNC_CFG_SHUTDOWN_FLAG_IMMEDIATE).</summary>
    Immediate = 2,
}
