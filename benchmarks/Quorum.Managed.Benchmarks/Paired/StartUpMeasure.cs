using System.Globalization;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Paired;

// Whole processes: the quorum command beside the tool of corosync. QUORUM_COMMAND names another build of the command.
// The statically linked file that deploy/build.sh makes has goals. It is measured where it has been built.
internal static class StartUpMeasure
{
    private const string Time = "/usr/bin/time";
    private static readonly string[] Native = ["corosync-quorumtool", "-s"];

    public static async Task RunAsync(PairedContext context)
    {
        string command = Environment.GetEnvironmentVariable("QUORUM_COMMAND")
            ?? Path.Combine(Repository.Root, "src/Quorum.Managed.Cli/bin/Release/net10.0/quorum");
        CorosyncNode node = await BenchCluster.GetAsync();
        Measure(context, node, command, "status", "quorum status", goals: null);
        string file = Path.Combine(Repository.Root, "artifacts/static/quorum");
        Measure(context, node, file, "status", "static quorum status", new(0.4, 1.0, 8 << 20));
        Measure(context, node, file, "check", "static quorum check", new(0.3, null, null));
    }

    private static void Measure(
        PairedContext context, CorosyncNode node, string file, string command, string title, StartUpGoals? goals)
    {
        if (!File.Exists(file))
        {
            context.Skip($"{file} has not been built");
            return;
        }

        Spawner.Usage first = node.Network.Run(() => Spawner.Run(file, command));
        if (first.ExitCode != 0)
        {
            context.Skip($"{file} {command} ends with {first.ExitCode}");
            return;
        }

        Series wall = context.Add(
            $"{title} (native: corosync-quorumtool -s), wall time", "ms", RatioAtMost(goals?.Wall));
        Series cpu = context.Add($"{title}, CPU", "ms", RatioAtMost(goals?.Cpu));
        Series resident = context.Add(
            $"{title}, largest resident memory",
            "B",
            goals?.Resident is { } most ? Goal.ManagedAtMost(most, $"<= {most >> 20} MB") : Goal.None);
        node.Network.Run(() =>
        {
            _ = Spawner.Run(Native);
            for (int i = 0; i < context.Plan.Starts; i++)
            {
                Spawner.Usage n = Spawner.Run(Native);
                Spawner.Usage m = Spawner.Run(file, command);
                wall.Add(n.Wall.TotalMilliseconds, m.Wall.TotalMilliseconds);
                cpu.Add(n.Cpu.TotalMilliseconds, m.Cpu.TotalMilliseconds);
            }

            // Fewer rounds: the figures hardly differ.
            for (int i = 0; i < Math.Min(context.Plan.Starts, 5) && File.Exists(Time); i++)
            {
                resident.Add(ResidentBytes(Native), ResidentBytes([file, command]));
            }
        });
    }

    private static Goal RatioAtMost(double? limit) => limit is { } most ? Goal.RatioAtMost(most) : Goal.None;

    // Measured by time(1), which is a small process: the kernel counts for a child also what its parent occupied at the
    // fork, and this process is large.
    private static double ResidentBytes(string[] command)
    {
        string output = ProcessFigures.Output(Time, ["-o", "/dev/stdout", "-f", "%M", .. command]);
        return double.Parse(output.Split('\n')[^1], CultureInfo.InvariantCulture) * 1024;
    }

    // Null is no goal. Wall and CPU are ratios, Resident is in bytes.
    private sealed record StartUpGoals(double? Wall, double? Cpu, int? Resident);
}
