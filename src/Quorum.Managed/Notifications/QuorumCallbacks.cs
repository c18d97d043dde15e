namespace Quorum.Managed;

/// <summary>
/// What <see cref="QuorumConnection.Dispatch"/> calls on a connection of model V1 (<c>quorum_model_v1_data_t</c>).
/// </summary>
/// <remarks>
/// Set both, one or none: an event without a callback is taken and dropped, and counts as handled. Where the daemon
/// sends both events, the node list comes before the quorum state. Callbacks run on the thread that dispatches, outside
/// of any lock, and the library allocates nothing for them. Source: quorum_model_initialize(3).
/// </remarks>
public sealed record QuorumCallbacks
{
    /// <summary>
    /// Called at the start of tracking and whenever the voting configuration or the quorum status changes. Defaults to
    /// <see langword="null"/>.
    /// </summary>
    public QuorumChangedCallback? QuorumChanged { get; init; }

    /// <summary>
    /// Called at the start of tracking and whenever the membership changes. Defaults to <see langword="null"/>.
    /// </summary>
    public NodeListChangedCallback? NodeListChanged { get; init; }
}
