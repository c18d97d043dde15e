using System.Diagnostics;

namespace Quorum.Managed.TestSupport;

/// <summary>Says whether real corosync clusters can run on this machine.</summary>
public static class Corosync
{
    private static readonly string[] Programs =
        ["bash", "corosync", "corosync-quorumtool", "corosync-cmapctl", "ip", "nsenter", "unshare", "setsid", "flock", "sysctl"];

    private static readonly Lazy<string?> Reason = new(FindReason);

    /// <summary>Whether clusters can run here.</summary>
    public static bool IsAvailable => WhyNot is null;

    /// <summary>What is missing, or null when nothing is.</summary>
    public static string? WhyNot => Reason.Value;

    /// <summary>
    /// Does nothing where clusters can run. Elsewhere calls <paramref name="ignore"/> with the reason, or <paramref name="fail"/>
    /// when the environment variable CI is set: on CI a test that cannot run is a failure.
    /// </summary>
    public static void Require(Action<string> ignore, Action<string> fail) => Report(WhyNot, ignore, fail);

    /// <summary>As <see cref="Require"/>, for tests that use libquorum or libvotequorum too.</summary>
    public static void RequireWithLibraries(Action<string> ignore, Action<string> fail) =>
        Report(WhyNot ?? (NativeQuorum.IsAvailable && QuorumFlipper.IsAvailable ? null : "libquorum or libvotequorum is missing"), ignore, fail);

    private static void Report(string? reason, Action<string> ignore, Action<string> fail)
    {
        if (reason is not null)
        {
            bool ci = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"));
            (ci ? fail : ignore)($"corosync clusters cannot run here: {reason}");
        }
    }

    private static string? FindReason()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "not Linux";
        }

        if (!Environment.IsPrivilegedProcess)
        {
            return "not root";
        }

        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        string[] missing = [.. Programs.Where(program => !path.Any(directory => File.Exists(Path.Combine(directory, program))))];
        return missing.Length > 0 ? $"not installed: {string.Join(", ", missing)}" : ProbeNamespaces();
    }

    // Containers often are root without the right to make namespaces or links.
    private static string? ProbeNamespaces()
    {
        ProcessStartInfo start = new("unshare")
        {
            ArgumentList = { "--mount", "--net", "sh", "-c", "ip link add br0 type bridge && ip link add p1 type veth peer name p2" },
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : $"namespaces, bridges or veth links are not allowed: {error.Trim()}";
    }
}
