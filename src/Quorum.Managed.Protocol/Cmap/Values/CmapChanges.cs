namespace Quorum.Managed.Protocol;

/// <summary>Which changes of keys to be told of, and in a notification which one it was.</summary>
/// <remarks>Source: cmap_track_add(3), protocol-docs/cmap.md, "TRACK_ADD".</remarks>
[Flags]
public enum CmapChanges
{
    /// <summary>Not set.</summary>
    None = 0,

    /// <summary>A key was deleted (CMAP_TRACK_DELETE).</summary>
    Deleted = 1,

    /// <summary>A key got another value (CMAP_TRACK_MODIFY).</summary>
    Modified = 2,

    /// <summary>A key was added (CMAP_TRACK_ADD).</summary>
    Added = 4,

    /// <summary>All of these.</summary>
    All = Deleted | Modified | Added,
}
