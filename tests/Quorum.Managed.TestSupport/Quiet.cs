namespace Quorum.Managed.TestSupport;

/// <summary>
/// Time in which a test does nothing on purpose: a measurement's window, or an answer that is meant to be late.
/// <see cref="Wait"/> is for everything that a test waits for.
/// </summary>
public static class Quiet
{
    private static readonly ManualResetEventSlim Never = new();

    /// <summary>Blocks this thread. Allocates nothing from the second call on.</summary>
    public static void For(TimeSpan time) => Never.Wait(time);
}
