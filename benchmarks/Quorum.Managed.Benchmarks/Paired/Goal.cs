using System.Globalization;

namespace Quorum.Managed.Benchmarks.Paired;

// The figure that a series should reach. Ratios are managed by native.
internal sealed record Goal(string Text, Func<double, double, bool>? IsReached)
{
    public static Goal None { get; } = new("", null);

    public static Goal RatioAtMost(double limit) => new(Number("<= ", limit), (_, ratio) => ratio <= limit);

    public static Goal RatioAtLeast(double limit) => new(Number(">= ", limit), (_, ratio) => ratio >= limit);

    public static Goal ManagedAtMost(double limit, string text) => new(text, (managed, _) => managed <= limit);

    private static string Number(string sign, double limit) =>
        sign + limit.ToString("0.0#", CultureInfo.InvariantCulture);
}
