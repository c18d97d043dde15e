using System.Diagnostics;
using System.Globalization;

namespace Quorum.Managed.Benchmarks.Support;

// Lines on standard error, with the time since the start.
internal static class Progress
{
    private static readonly long Start = Stopwatch.GetTimestamp();

    public static void Say(string text)
    {
        double seconds = Stopwatch.GetElapsedTime(Start).TotalSeconds;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{seconds,6:F1} s] {text}"));
    }
}
