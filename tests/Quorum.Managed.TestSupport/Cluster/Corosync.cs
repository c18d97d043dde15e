using System.Diagnostics;

namespace Quorum.Managed.TestSupport;

/// <summary>Says whether real corosync clusters can run on this machine.</summary>
public static class Corosync
{
    private static readonly string[] Programs =
    [
        "bash", "corosync", "corosync-quorumtool", "corosync-cmapctl",
        "ip", "nsenter", "unshare", "setsid", "flock", "sysctl",
    ];

    private static readonly Lazy<string?> Reason = new(FindReason);

    /// <summary>Whether clusters can run here.</summary>
    public static bool IsAvailable => WhyNot is null;

    /// <summary>What is missing, or null when nothing is.</summary>
    public static string? WhyNot => Reason.Value;

    /// <summary>Does nothing where clusters can run. Otherwise reports as <see cref="Requirement.Check"/>.</summary>
    public static void Require(Action<string> ignore, Action<string> fail) => Report(WhyNot, ignore, fail);

    /// <summary>As <see cref="Require"/>, for tests that use libquorum or libvotequorum too.</summary>
    public static void RequireWithLibraries(Action<string> ignore, Action<string> fail)
    {
        bool libraries = NativeQuorum.IsAvailable && QuorumFlipper.IsAvailable;
        Report(WhyNot ?? (libraries ? null : "libquorum or libvotequorum is missing"), ignore, fail);
    }

    /// <summary>As <see cref="RequireWithLibraries"/>, for tests with corosync-qdevice and corosync-qnetd.</summary>
    public static void RequireNetDevice(Action<string> ignore, Action<string> fail)
    {
        RequireWithLibraries(ignore, fail);
        string[] missing = [.. new[] { "corosync-qdevice", "corosync-qnetd" }.Where(program => !IsInstalled(program))];
        Report(missing.Length > 0 ? $"not installed: {string.Join(", ", missing)}" : null, ignore, fail);
    }

    private static void Report(string? reason, Action<string> ignore, Action<string> fail) =>
        Requirement.Check(reason is null ? null : $"corosync clusters cannot run here: {reason}", ignore, fail);

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

        string[] missing = [.. Programs.Where(static program => !IsInstalled(program))];
        return missing.Length > 0 ? $"not installed: {string.Join(", ", missing)}" : ProbeNamespaces();
    }

    /// <summary>Whether a program is in the PATH.</summary>
    public static bool IsInstalled(string program)
    {
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Any(directory => File.Exists(Path.Combine(directory, program)));
    }

    // Root in a container often lacks the right to make namespaces or links.
    private static string? ProbeNamespaces()
    {
        const string Script = "ip link add br0 type bridge && ip link add p1 type veth peer name p2";
        ProcessStartInfo start = new("unshare")
        {
            ArgumentList = { "--mount", "--net", "sh", "-c", Script },
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : $"namespaces, bridges or veth links are not allowed: {error.Trim()}";
    }
}
