using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Paired;

// The machine and the versions with which the figures were taken.
internal sealed partial record Machine(IReadOnlyList<(string Name, string Value)> Facts)
{
    public static Machine Read() => new(
    [
        ("date", DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
        ("processor", $"{Processor()}, {Environment.ProcessorCount} for this process"),
        ("memory", Memory()),
        ("kernel", Kernel()),
        ("a system call (getppid)", SystemCall()),
        (".NET", RuntimeInformation.FrameworkDescription),
        ("corosync", First(ProcessFigures.Output("corosync", "-v"))),
        ("libqb", Libqb()),
        ("commit", First(ProcessFigures.Output("git", "-C", Repository.Root, "describe", "--always", "--dirty"))),
        ("load at the start", Read("/proc/loadavg").Split(' ')[0]),
    ]);

    // The processors that this process may use, in the form of taskset -c.
    public static string AllowedProcessors() =>
        File.ReadLines("/proc/self/status")
            .First(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal))
            .Split('\t')[1].Trim();

    private static string Processor()
    {
        string? model = Read("/proc/cpuinfo").Split('\n')
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        return model?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string Kernel()
    {
        string release = Read("/proc/sys/kernel/osrelease").Trim();
        return $"Linux {release}, {RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}";
    }

    private static string Memory() =>
        string.Create(CultureInfo.InvariantCulture, $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9:F0} GB");

    // The cost of a system call that does nothing. A round trip needs a few system calls at each end, and their cost
    // differs by a factor of ten between machines.
    private static string SystemCall()
    {
        const int Calls = 100_000;
        TimeSpan least = TimeSpan.MaxValue;
        for (int run = 0; run < 5; run++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Calls; i++)
            {
                _ = GetParentProcessId();
            }

            TimeSpan time = Stopwatch.GetElapsedTime(start);
            least = time < least ? time : least;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{least.TotalMicroseconds / Calls:F2} us");
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParentProcessId();

    // The version of the package, or the one in the name of the library.
    private static string Libqb()
    {
        string version = First(ProcessFigures.Output("dpkg-query", "-W", "-f", "${Version}", "libqb100"));
        return version.Length > 0
            ? version
            : First(ProcessFigures.Output("sh", "-c", "ldconfig -p | sed -n 's/^.*libqb.so.*=> //p'"));
    }

    private static string First(string text) => text.Split('\n')[0].Trim();

    private static string Read(string path) => File.Exists(path) ? File.ReadAllText(path) : "";
}
