using System.Diagnostics;
using System.Globalization;

namespace Quorum.Managed.Interop.Tests;

/// <summary>What was seen of one cut between two nodes with a quorum device. Times are as in YesSpan.</summary>
internal sealed record DeviceCut(long Cut, DeviceCutSide[] Sides)
{
    /// <summary>For each node, when its monitor said yes since the cut.</summary>
    public required YesSpan[][] Yes { get; init; }

    /// <summary>For each node, what a new connection was answered.</summary>
    public required IReadOnlyList<(long Sent, long Answered, bool? Quorate)>[] Checks { get; init; }

    /// <summary>For each node, how often its monitor stopped saying yes.</summary>
    public required int[] Losses { get; init; }

    /// <summary>How long a node's monitor said yes in the old ring after the other node was quorate alone.</summary>
    public TimeSpan WrongYes(int index) => Other(index) is { IsQuorate: true } other
        ? Yes[index]
            .Where(span => span.Ring != Sides[index].Ring)
            .Select(span => span.Within(other.Told, long.MaxValue))
            .OfType<TimeSpan>()
            .Aggregate(TimeSpan.Zero, (sum, one) => sum + one)
        : TimeSpan.Zero;

    /// <summary>How long a new connection was told yes after the other node's daemon was quorate alone.</summary>
    public TimeSpan WrongCheck(int index)
    {
        if (Other(index) is not { IsQuorate: true } other || Sides[index].IsQuorate)
        {
            return TimeSpan.Zero;
        }

        long last = Checks[index]
            .Where(check => check is { Quorate: true } && check.Sent > other.Told)
            .Select(check => check.Answered)
            .DefaultIfEmpty(other.Told)
            .Max();
        return Stopwatch.GetElapsedTime(other.Told, last);
    }

    /// <summary>From the node list on, how long a quorate node's monitor did not say yes.</summary>
    public TimeSpan Pause(int index)
    {
        long said = Yes[index].Where(span => span.Ring == Sides[index].Ring).Select(span => span.From).First();
        long old = Yes[index]
            .Where(span => span.Ring != Sides[index].Ring)
            .Select(span => span.To)
            .DefaultIfEmpty(Cut)
            .Max();
        return Stopwatch.GetElapsedTime(old, said);
    }

    public override string ToString() => string.Join("; ", Sides.Index().Select(side => Text(side.Item, side.Index)));

    private static string Ms(TimeSpan time) => time.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture);

    private DeviceCutSide Other(int index) => Sides[1 - index];

    private string Text(DeviceCutSide side, int index)
    {
        string said = side.IsQuorate
            ? $"quorate, monitor without a yes for {Ms(Pause(index))}, losses {Losses[index]}"
            : $"inquorate, wrong yes of checks {Ms(WrongCheck(index))}, of the monitor {Ms(WrongYes(index))}";
        return $"node {side.Node} list {Ms(Stopwatch.GetElapsedTime(Cut, side.Listed))}, "
            + $"{Ms(Stopwatch.GetElapsedTime(side.Listed, side.Told))} later {said}";
    }
}
