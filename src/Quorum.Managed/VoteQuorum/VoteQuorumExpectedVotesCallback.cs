using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>
/// Called by <see cref="VoteQuorumConnection.Dispatch"/> for the expected votes
/// (<c>votequorum_expectedvotes_notification_fn_t</c>).
/// </summary>
/// <param name="connection">The connection. Any of its members may be called, Dispatch and Dispose too.</param>
/// <param name="notification">The expected votes.</param>
public delegate void VoteQuorumExpectedVotesCallback(
    VoteQuorumConnection connection, VoteQuorumExpectedVotesEvent notification);
