using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>
/// Somebody asked this node's corosync to stop, and corosync asks whether it may. Reply once, with
/// <see cref="CfgConnection.ReplyToShutdown"/>, within <c>cfg.shutdown_timeout</c> (5 s unless configured): without a
/// reply corosync does not stop.
/// </summary>
/// <param name="Flags">How corosync is to stop.</param>
/// <remarks>Source: corosync_cfg_initialize(3), protocol-docs/cfg.md, "Shutdown".</remarks>
public sealed record ShutdownRequested(CfgShutdownFlags Flags);
