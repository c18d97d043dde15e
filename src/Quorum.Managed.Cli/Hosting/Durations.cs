using System.Globalization;

namespace Quorum.Managed.Cli;

// Durations in arguments and messages: 500ms, 5s, 2m, 1h, or a number of seconds.
internal static class Durations
{
    // Below the longest time that .NET's timers accept, which is 49 days.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    // The first suffix that a text ends with is its unit. So ms comes before s, and no suffix comes last.
    private static readonly (string Suffix, double Milliseconds)[] Units =
    [
        ("ms", 1),
        ("s", 1000),
        ("m", 60_000),
        ("h", 3_600_000),
        (string.Empty, 1000),
    ];

    public static TimeSpan Parse(string text)
    {
        (string suffix, double unit) = Units.First(unit => text.EndsWith(unit.Suffix, StringComparison.Ordinal));
        string digits = text[..^suffix.Length];
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
        {
            throw new FormatException($"'{text}' is not a duration: write 500ms, 5s, 2m, 1h or a number of seconds.");
        }

        double milliseconds = number * unit;
        return milliseconds >= 1 && milliseconds <= Longest.TotalMilliseconds
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw new FormatException(
                $"'{text}' is out of range: a duration is at least 1ms and at most {Longest.TotalHours:0}h.");
    }

    public static string Format(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.###} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}
