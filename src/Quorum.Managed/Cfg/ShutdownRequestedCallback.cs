using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>
/// Called by <see cref="CfgConnection.Dispatch"/> when corosync asks whether it may stop
/// (<c>corosync_cfg_shutdown_callback_t</c>).
/// </summary>
/// <param name="connection">
/// The connection. Any of its members may be called, <see cref="CfgConnection.ReplyToShutdown"/> above all.
/// </param>
/// <param name="notification">How corosync is to stop.</param>
public delegate void ShutdownRequestedCallback(CfgConnection connection, TestShutdownEvent notification);
