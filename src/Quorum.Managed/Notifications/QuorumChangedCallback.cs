using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>
/// Called by <see cref="QuorumConnection.Dispatch"/> for the quorum state of model V1
/// (<c>quorum_v1_quorum_notification_fn_t</c>).
/// </summary>
/// <param name="connection">
/// The connection, with its <see cref="QuorumConnection.Context"/>. Any of its members may be called, Dispatch and
/// Dispose too.
/// </param>
/// <param name="notification">The state. Its list is valid during the call only.</param>
public delegate void QuorumChangedCallback(QuorumConnection connection, QuorumChangedEvent notification);
