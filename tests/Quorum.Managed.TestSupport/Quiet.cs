namespace Quorum.Managed.TestSupport;

/// <summary>Time in which a test does nothing on purpose: to see that nothing happens, or to be late on purpose. Never to wait for something.</summary>
public static class Quiet
{
    private static readonly ManualResetEventSlim Never = new();

    /// <summary>Blocks this thread. Allocates nothing from the second call on.</summary>
    public static void For(TimeSpan time) => Never.Wait(time);
}
