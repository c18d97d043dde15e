using System.Diagnostics;

namespace Quorum.Managed.Testing.Tests;

/// <summary>Waits, bounded, for a condition that nothing announces, such as a file's disappearance.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task IsTrueAsync(Func<bool> condition)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.That(watch.Elapsed, Is.LessThan(Patience), "it did not come about in time");
            await Task.Delay(2);
        }
    }
}
