using System.Diagnostics;
using System.Globalization;

namespace Quorum.Managed.Benchmarks.Support;

// What /proc tells about a process.
internal static class ProcessFigures
{
    private const double TicksPerSecond = 100; // USER_HZ, what /proc/PID/stat counts in on every machine corosync runs on

    // User and system time of all its threads: in nanoseconds where the kernel keeps schedstat, else in ticks of 10 ms.
    public static TimeSpan Cpu(int pid)
    {
        double nanoseconds = 0;
        foreach (string task in Directory.EnumerateDirectories(Path(pid, "task")))
        {
            string file = System.IO.Path.Combine(task, "schedstat");
            if (!File.Exists(file))
            {
                return CpuInTicks(pid);
            }

            nanoseconds += double.Parse(File.ReadAllText(file).Split(' ')[0], CultureInfo.InvariantCulture);
        }

        return nanoseconds > 0 ? TimeSpan.FromMicroseconds(nanoseconds / 1000) : CpuInTicks(pid);
    }

    // How often its threads have gone to sleep, all together.
    public static long Sleeps(int pid) => Directory.EnumerateDirectories(Path(pid, "task")).Sum(static task =>
        long.Parse(
            File.ReadLines(System.IO.Path.Combine(task, "status")).First(line => line.StartsWith("voluntary_ctxt_switches:", StringComparison.Ordinal)).Split('\t')[1],
            CultureInfo.InvariantCulture));

    // Resident bytes.
    public static long ResidentBytes(int pid)
    {
        string line = File.ReadLines(Path(pid, "status")).First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    // What the daemon's connections occupy of /dev/shm, as du(1) counts it.
    public static long SharedMemoryBytes(int daemonPid)
    {
        string[] entries = Directory.GetFileSystemEntries("/dev/shm", string.Create(CultureInfo.InvariantCulture, $"qb-{daemonPid}-*"));
        if (entries.Length == 0)
        {
            return 0;
        }

        string output = Output("du", ["-s", "-c", "-B1", .. entries]);
        string total = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        return long.Parse(total.Split('\t')[0], CultureInfo.InvariantCulture);
    }

    // What a command writes; empty when it cannot be run.
    public static string Output(string command, params IEnumerable<string> arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(command, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            })!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return output.Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "";
        }
    }

    private static TimeSpan CpuInTicks(int pid)
    {
        // The name, the second field, may contain anything: count from its closing parenthesis.
        string text = File.ReadAllText(Path(pid, "stat"));
        string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        double ticks = double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    private static string Path(int pid, string file) => string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/{file}");
}
