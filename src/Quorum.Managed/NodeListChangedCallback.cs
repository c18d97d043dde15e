using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>Called by <see cref="QuorumConnection.Dispatch"/> for the membership of model V1 (<c>quorum_v1_nodelist_notification_fn_t</c>).</summary>
/// <param name="connection">The connection; <see cref="QuorumConnection.Context"/> is there. Any of its members may be called, Dispatch and Dispose too.</param>
/// <param name="notification">The membership. Its lists are valid during the call only.</param>
public delegate void NodeListChangedCallback(QuorumConnection connection, NodeListNotification notification);
