using System.Globalization;
using System.Text.RegularExpressions;

namespace Quorum.Managed.Interop.Tests;

/// <summary>The samples of an answer in Prometheus' text format.</summary>
internal sealed partial class Samples(string text)
{
    private readonly Dictionary<string, double> _values = Lines().Matches(text).ToDictionary(
        static match => match.Groups["series"].Value,
        static match => double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture));

    /// <summary>The value of a series, for example <c>quorum_state{state="quorate"}</c>; NaN without one.</summary>
    public double this[string series] => _values.GetValueOrDefault(series, double.NaN);

    /// <summary>The values of all series of a metric, each with its labels.</summary>
    public IEnumerable<(string Labels, double Value)> Of(string metric) => _values
        .Where(pair => pair.Key.StartsWith(metric + "{", StringComparison.Ordinal))
        .Select(pair => (pair.Key[metric.Length..], pair.Value));

    [GeneratedRegex(
        @"^(?<series>[a-z_]+(\{[^}]*\})?) (?<value>\S+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Lines();
}
