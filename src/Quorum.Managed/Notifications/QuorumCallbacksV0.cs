namespace Quorum.Managed;

/// <summary>
/// What <see cref="QuorumConnection.Dispatch"/> calls on a connection of model V0 (<c>quorum_callbacks_t</c>).
/// </summary>
/// <remarks>
/// An event without a callback is taken and dropped, and counts as handled. Callbacks run on the thread that
/// dispatches, outside of any lock, and the library allocates nothing for them. Source: quorum_initialize(3).
/// </remarks>
public sealed record QuorumCallbacksV0
{
    /// <summary>
    /// Called at the start of tracking and whenever the voting configuration or the quorum status changes. Defaults to
    /// <see langword="null"/>.
    /// </summary>
    public QuorumChangedV0Callback? QuorumChanged { get; init; }
}
