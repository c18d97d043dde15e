namespace Quorum.Managed;

/// <summary>One part of a <see cref="ClusterView"/>: when it was read, or why it is missing. Immutable.</summary>
/// <param name="Kind">What the part tells.</param>
/// <param name="ReadAt">
/// When reading it began: what it tells was true then or later. <see langword="null"/> when it is missing.
/// </param>
/// <param name="Error">Why it is missing, or why only a part of it is there; otherwise <see langword="null"/>.</param>
public sealed record ClusterPart(ClusterPartKind Kind, DateTimeOffset? ReadAt, QuorumException? Error)
{
    /// <summary>Whether the part could not be read.</summary>
    public bool IsMissing => ReadAt is null;

    /// <summary>How old the part is.</summary>
    /// <param name="now">The present time, by the clock that the view was made with.</param>
    /// <returns>The age; <see langword="null"/> when the part is missing.</returns>
    public TimeSpan? AgeAt(DateTimeOffset now) => now - ReadAt;
}
