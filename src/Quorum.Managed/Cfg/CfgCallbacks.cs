namespace Quorum.Managed;

/// <summary>What <see cref="CfgConnection.Dispatch"/> calls (<c>corosync_cfg_callbacks_t</c>).</summary>
/// <remarks>
/// An event without a callback is taken and dropped, and counts as handled. Callbacks run on the thread that
/// dispatches, outside of any lock. Source: corosync_cfg_initialize(3).
/// </remarks>
public sealed record CfgCallbacks
{
    /// <summary>
    /// Called when somebody asks this node's corosync to stop. Reply with <see cref="CfgConnection.ReplyToShutdown"/>.
    /// Defaults to <see langword="null"/>.
    /// </summary>
    public ShutdownRequestedCallback? ShutdownRequested { get; init; }
}
