using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>
/// Called by <see cref="QuorumConnection.Dispatch"/> for a change of membership, model V1
/// (<c>quorum_v1_nodelist_notification_fn_t</c>).
/// </summary>
/// <param name="connection">
/// The connection, with its <see cref="QuorumConnection.Context"/>. Any of its members may be called, Dispatch and
/// Dispose too.
/// </param>
/// <param name="notification">The membership. Its lists are valid during the call only.</param>
public delegate void NodeListChangedCallback(QuorumConnection connection, NodeListChangedEvent notification);
