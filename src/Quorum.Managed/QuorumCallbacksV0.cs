namespace Quorum.Managed;

/// <summary>What <see cref="QuorumConnection.Dispatch"/> calls on a connection of model V0 (<c>quorum_callbacks_t</c>).</summary>
/// <remarks>
/// An event without a callback is taken and dropped, and counts as handled. Calls run on the thread that dispatches, outside of any lock, and allocate nothing.
/// Source: quorum_initialize(3).
/// </remarks>
public sealed record QuorumCallbacksV0
{
    /// <summary>Defaults to <see langword="null"/>. Called at the start of tracking and whenever the voting configuration or the quorum status changes.</summary>
    public QuorumChangedV0Callback? QuorumChanged { get; init; }
}
