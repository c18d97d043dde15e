using System.Diagnostics;
using System.Globalization;

namespace Quorum.Managed.Benchmarks.Support;

// Figures of a process from /proc.
internal static class ProcessFigures
{
    // USER_HZ, the unit of /proc/PID/stat on every machine that corosync runs on.
    private const double TicksPerSecond = 100;

    // User and system time of all threads. The kernel counts nanoseconds where it keeps schedstat, else ticks of 10 ms.
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

    // The number of times that the threads have gone to sleep, all together.
    public static long Sleeps(int pid) => Directory.EnumerateDirectories(Path(pid, "task"))
        .Sum(static task => Field(System.IO.Path.Combine(task, "status"), "voluntary_ctxt_switches:"));

    public static long ResidentBytes(int pid) => Field(Path(pid, "status"), "VmRSS:") * 1024;

    // The bytes of /dev/shm that the connections of the daemon occupy, counted by du(1).
    public static long SharedMemoryBytes(int daemonPid)
    {
        string pattern = string.Create(CultureInfo.InvariantCulture, $"qb-{daemonPid}-*");
        string[] entries = Directory.GetFileSystemEntries("/dev/shm", pattern);
        if (entries.Length == 0)
        {
            return 0;
        }

        string output = Output("du", ["-s", "-c", "-B1", .. entries]);
        string total = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        return long.Parse(total.Split('\t')[0], CultureInfo.InvariantCulture);
    }

    // The output of a command; empty when the command cannot be run.
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
        // The second field, the name, may contain anything. The others are counted from its closing parenthesis.
        string text = File.ReadAllText(Path(pid, "stat"));
        string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        double user = double.Parse(fields[11], CultureInfo.InvariantCulture);
        double system = double.Parse(fields[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds((user + system) / TicksPerSecond);
    }

    // The number of a line such as "VmRSS:      1234 kB".
    private static long Field(string file, string name)
    {
        string line = File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..].Split("kB")[0], CultureInfo.InvariantCulture);
    }

    private static string Path(int pid, string file) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/{file}");
}
