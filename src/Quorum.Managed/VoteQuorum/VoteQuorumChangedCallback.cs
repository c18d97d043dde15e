using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>
/// Called by <see cref="VoteQuorumConnection.Dispatch"/> for the state of quorum
/// (<c>votequorum_quorum_notification_fn_t</c>).
/// </summary>
/// <param name="connection">The connection. Any of its members may be called, Dispatch and Dispose too.</param>
/// <param name="notification">The state. Its list is valid during the call only.</param>
public delegate void VoteQuorumChangedCallback(
    VoteQuorumConnection connection, VoteQuorumChangedEvent notification);
