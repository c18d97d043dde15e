using System.Diagnostics;
using System.Globalization;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Interop.Tests;

/// <summary>What one fault did to the leased yes of the nodes.</summary>
internal sealed record LeasedReport(TimeSpan Overlap, TimeSpan? Gap, TimeSpan Pause)
{
    /// <summary>Judges the time since a fault.</summary>
    public static LeasedReport Of(LeaseCluster lease, long since, int[] excluded, int[] survivors) => new(
        lease.Ids.SelectMany(one => lease.Ids.Where(other => other > one).Select(other => (one, other)))
            .Select(pair => OverlapOf(lease, pair.one, pair.other, since))
            .Aggregate(TimeSpan.Zero, static (sum, one) => sum + one),
        excluded.Select(node => GapOf(lease, node, excluded, since)).Min(),
        survivors.Select(node => PauseOf(lease, node, since)).DefaultIfEmpty().Max());

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"overlap {Overlap.TotalMilliseconds:F0} ms; lease over {Gap?.TotalMilliseconds ?? double.NaN:F0} ms before "
        + $"the ring without it; the survivors paused {Pause.TotalMilliseconds:F0} ms");

    private static TimeSpan OverlapOf(LeaseCluster lease, int one, int other, long since)
    {
        YesSpan[] others = [.. lease.YesOf(other).Where(span => span.To >= since)];
        return lease.YesOf(one)
            .Where(span => span.To >= since)
            .SelectMany(span => others.Where(two => !Has(span, other) || !Has(two, one)).Select(span.Overlap))
            .Aggregate(TimeSpan.Zero, static (sum, common) => sum + (common ?? TimeSpan.Zero));
    }

    // From the last yes of an excluded node to the first list without it of a ring that is quorate.
    private static TimeSpan? GapOf(LeaseCluster lease, int node, int[] excluded, long since)
    {
        IReadOnlyList<LeaseNews> told = lease.ToldSince(since);
        RingId[] quorate =
        [
            .. told.Select(news => news.Notification).OfType<QuorumChanged>().Where(news => news.Quorate)
                .Select(news => news.RingId),
        ];
        LeaseNews? exclusion = told.FirstOrDefault(news =>
            !excluded.Contains(news.Node) && news.Excludes(node)
            && news.Notification is NodeListChanged list && quorate.Contains(list.RingId));
        YesSpan last = lease.YesOf(node).LastOrDefault(span => Has(span, node) && span.From < exclusion?.Time);
        return exclusion is null || last.To < since ? null : Stopwatch.GetElapsedTime(last.To, exclusion.Time);
    }

    // The longest time without a yes between two times with one.
    private static TimeSpan PauseOf(LeaseCluster lease, int node, long since)
    {
        YesSpan[] spans = [.. lease.YesOf(node).Where(span => span.To >= since)];
        return spans.Zip(spans.Skip(1), static (one, next) => Stopwatch.GetElapsedTime(one.To, next.From))
            .DefaultIfEmpty()
            .Max();
    }

    private static bool Has(YesSpan span, int node) => span.Members.Any(member => member.Value == (uint)node);
}
