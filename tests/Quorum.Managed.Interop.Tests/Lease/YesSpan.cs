using System.Diagnostics;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Interop.Tests;

/// <summary>A time during which a monitor said quorate, in one ring.</summary>
/// <remarks>Times are of <see cref="Stopwatch.GetTimestamp"/>, the one clock of the experiments.</remarks>
internal readonly record struct YesSpan(long From, long To, RingId? Ring, NodeList Members)
{
    /// <summary>The length of the part between two times; null when no part of the span lies between them.</summary>
    public TimeSpan? Within(long from, long to) => Common(from, to) is { } common ? common.Length : null;

    /// <summary>The part that two spans have in common; null when they have none.</summary>
    public TimeSpan? Overlap(YesSpan other) => Within(other.From, other.To);

    private (long From, TimeSpan Length)? Common(long from, long to)
    {
        long first = Math.Max(From, from);
        long last = Math.Min(To, to);
        return first < last || (first == last && From == To) ? (first, Stopwatch.GetElapsedTime(first, last)) : null;
    }
}
