namespace Quorum.Managed.Protocol;

/// <summary>What quorum_trackstart(3) asks for; values can be combined.</summary>
/// <remarks>
/// With <see cref="Current"/> or <see cref="Changes"/> the daemon sends the present state at once; with
/// <see cref="Changes"/> or <see cref="ChangesOnly"/> it tracks from then on. Zero and unknown bits are accepted and do
/// nothing.
/// </remarks>
[Flags]
public enum TrackFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>Send the present state now (CS_TRACK_CURRENT).</summary>
    Current = 1,

    /// <summary>Send the present state now and every change from now on (CS_TRACK_CHANGES).</summary>
    Changes = 2,

    /// <summary>Send every change from now on, and not the present state (CS_TRACK_CHANGES_ONLY).</summary>
    ChangesOnly = 4,
}
