namespace Quorum.Managed;

/// <summary>What <see cref="QuorumConnection.Dispatch"/> calls on a connection of model V1 (<c>quorum_model_v1_data_t</c>).</summary>
/// <remarks>
/// Both, either or none: an event without a callback is taken and dropped, and counts as handled. Where the daemon sends both, the node list comes before the
/// quorum state. Calls run on the thread that dispatches, outside of any lock, and allocate nothing. Source: quorum_model_initialize(3).
/// </remarks>
public sealed record QuorumCallbacks
{
    /// <summary>Defaults to <see langword="null"/>. Called at the start of tracking and whenever the voting configuration or the quorum status changes.</summary>
    public QuorumChangedCallback? QuorumChanged { get; init; }

    /// <summary>Defaults to <see langword="null"/>. Called at the start of tracking and whenever the membership changes.</summary>
    public NodeListChangedCallback? NodeListChanged { get; init; }
}
