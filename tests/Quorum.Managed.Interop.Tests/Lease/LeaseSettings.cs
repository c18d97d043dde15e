using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>What the environment says about the experiments at corosync's own timing.</summary>
internal static class LeaseSettings
{
    /// <summary>Whether the cases that take minutes are asked for.</summary>
    public static bool IsLong => !string.IsNullOrEmpty(Read("QUORUM_LONG"));

    /// <summary>Three nodes over udpu, and the cases that take minutes where QUORUM_LONG is set.</summary>
    public static IEnumerable<TestCaseData> Cases(params (int Nodes, ClusterTransport Transport)[] longRunning)
    {
        yield return new TestCaseData(3, ClusterTransport.Udpu);
        if (!IsLong)
        {
            yield break;
        }

        foreach ((int nodes, ClusterTransport transport) in longRunning)
        {
            yield return new TestCaseData(nodes, transport);
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
