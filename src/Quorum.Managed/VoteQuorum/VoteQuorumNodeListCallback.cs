using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>
/// Called by <see cref="VoteQuorumConnection.Dispatch"/> for a change of membership
/// (<c>votequorum_nodelist_notification_fn_t</c>).
/// </summary>
/// <param name="connection">The connection. Any of its members may be called, Dispatch and Dispose too.</param>
/// <param name="notification">The membership. Its list is valid during the call only.</param>
public delegate void VoteQuorumNodeListCallback(
    VoteQuorumConnection connection, VoteQuorumNodeListEvent notification);
