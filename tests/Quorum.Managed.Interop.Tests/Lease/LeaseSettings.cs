using System.Globalization;

namespace Quorum.Managed.Interop.Tests;

/// <summary>What the environment says about the experiments at corosync's own timing.</summary>
internal static class LeaseSettings
{
    /// <summary>The category of cases that take minutes. They run where QUORUM_LONG is set.</summary>
    public const string LongRunning = "LongRunning";

    /// <summary>Ignores a long-running case unless the environment variable QUORUM_LONG is set.</summary>
    public static void RequireLongRunning(bool longRunning)
    {
        if (longRunning && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("QUORUM_LONG")))
        {
            Assert.Ignore("takes minutes: set QUORUM_LONG to run it");
        }
    }

    public static int Number(string variable, int otherwise) =>
        int.TryParse(Read(variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value)
            ? value
            : otherwise;

    public static T[] List<T>(string variable, params T[] otherwise)
        where T : struct, Enum =>
        Read(variable) is { Length: > 0 } text ? [.. text.Split(',').Select(Enum.Parse<T>)] : otherwise;

    private static string? Read(string variable) => Environment.GetEnvironmentVariable(variable);
}
