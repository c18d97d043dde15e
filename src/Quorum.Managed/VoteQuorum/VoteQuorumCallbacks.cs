namespace Quorum.Managed;

/// <summary>What <see cref="VoteQuorumConnection.Dispatch"/> calls (<c>votequorum_callbacks_t</c>).</summary>
/// <remarks>
/// Set any of them: an event without a callback is taken and dropped, and counts as handled. Callbacks run on the
/// thread that dispatches, outside of any lock, and the library allocates nothing for them. Source:
/// votequorum_initialize(3).
/// </remarks>
public sealed record VoteQuorumCallbacks
{
    /// <summary>
    /// Called at the start of tracking, at each change of membership, and whenever quorum changes. Defaults to
    /// <see langword="null"/>.
    /// </summary>
    public VoteQuorumChangedCallback? QuorumChanged { get; init; }

    /// <summary>Called whenever the expected votes are set. Defaults to <see langword="null"/>.</summary>
    public VoteQuorumExpectedVotesCallback? ExpectedVotesChanged { get; init; }

    /// <summary>
    /// Called at the start of tracking and at each change of membership, before <see cref="QuorumChanged"/>. Defaults
    /// to <see langword="null"/>.
    /// </summary>
    public VoteQuorumNodeListCallback? NodeListChanged { get; init; }
}
