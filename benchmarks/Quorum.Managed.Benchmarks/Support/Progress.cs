using System.Diagnostics;
using System.Globalization;

namespace Quorum.Managed.Benchmarks.Support;

// Lines on standard error, with the time since the start.
internal static class Progress
{
    private static readonly long Start = Stopwatch.GetTimestamp();

    public static void Say(string text) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{Stopwatch.GetElapsedTime(Start).TotalSeconds,6:F1} s] {text}"));
}
