using System.Diagnostics;

namespace Quorum.Managed.Benchmarks.Paired;

internal static class Statistics
{
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    // A percentile in microseconds of durations in ticks of the Stopwatch. Sorts the durations.
    public static double Percentile(Span<long> ticks, double percent)
    {
        ticks.Sort();
        int rank = Math.Clamp((int)Math.Ceiling(ticks.Length * percent / 100) - 1, 0, ticks.Length - 1);
        return ticks[rank] * 1e6 / Stopwatch.Frequency;
    }
}
