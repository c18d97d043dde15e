namespace Quorum.Managed.TestSupport;

/// <summary>What a test needs from the machine: another program, a library, a privilege.</summary>
public static class Requirement
{
    /// <summary>
    /// Does nothing when nothing is missing. Otherwise calls <paramref name="ignore"/> with the reason, or
    /// <paramref name="fail"/> where the environment variable CI is set: a test that cannot run there is a failure.
    /// </summary>
    public static void Check(string? missing, Action<string> ignore, Action<string> fail)
    {
        ArgumentNullException.ThrowIfNull(ignore);
        ArgumentNullException.ThrowIfNull(fail);
        if (missing is not null)
        {
            bool ci = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"));
            (ci ? fail : ignore)(missing);
        }
    }
}
