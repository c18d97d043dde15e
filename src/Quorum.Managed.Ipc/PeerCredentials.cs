namespace Quorum.Managed.Ipc;

/// <summary>The process that listens at the setup socket, as the kernel reports it (SO_PEERCRED).</summary>
/// <param name="ProcessId">
/// The daemon's process id in this process's PID namespace; 0 when the daemon is not visible in that namespace.
/// </param>
/// <param name="UserId">
/// The daemon's user id in this process's user namespace; 65534, the overflow uid, when it has none there.
/// </param>
/// <param name="GroupId">The daemon's group id in this process's user namespace.</param>
public readonly record struct PeerCredentials(int ProcessId, uint UserId, uint GroupId);
