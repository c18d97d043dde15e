using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>A key was added, changed or deleted. Immutable.</summary>
/// <param name="Tracker">The tracker that this is for: each tracker that covers the key tells of it.</param>
/// <param name="Key">The key.</param>
/// <param name="Change">One of the changes.</param>
/// <param name="NewValue">The value from now on; <see langword="null"/> when the key was deleted.</param>
/// <param name="OldValue">The value before; <see langword="null"/> when the key was added.</param>
/// <remarks>Source: cmap_track_add(3).</remarks>
public sealed record CmapChange(
    ulong Tracker, string Key, CmapChanges Change, CmapValue? NewValue, CmapValue? OldValue);
