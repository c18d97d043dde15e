namespace Quorum.Managed.Ipc;

/// <summary>Who listens at the other end of the setup socket, as the kernel says (SO_PEERCRED).</summary>
/// <param name="ProcessId">The daemon's process id in our PID namespace; 0 when it lives in one that we cannot see.</param>
/// <param name="UserId">Its user id in our user namespace (65534, the overflow uid, when it has none there).</param>
/// <param name="GroupId">Its group id in our user namespace.</param>
public readonly record struct PeerCredentials(int ProcessId, uint UserId, uint GroupId);
