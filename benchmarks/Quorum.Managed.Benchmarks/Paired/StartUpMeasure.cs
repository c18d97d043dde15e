using System.Globalization;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Paired;

// The whole process: the quorum command beside corosync's own tool. QUORUM_COMMAND names another build of ours.
internal static class StartUpMeasure
{
    private const string Time = "/usr/bin/time";
    private static readonly string[] Native = ["corosync-quorumtool", "-s"];

    public static async Task RunAsync(PairedContext context)
    {
        string command = Environment.GetEnvironmentVariable("QUORUM_COMMAND")
            ?? Path.Combine(Repository.Root, "src/Quorum.Managed.Cli/bin/Release/net10.0/quorum");
        if (!File.Exists(command))
        {
            context.Skip($"{command} has not been built");
            return;
        }

        CorosyncNode node = await BenchCluster.GetAsync();
        Spawner.Usage first = node.Network.Run(() => Spawner.Run(command, "status"));
        if (first.ExitCode != 0)
        {
            context.Skip($"{command} status ends with {first.ExitCode}");
            return;
        }

        Series wall = context.Add("quorum status (native: corosync-quorumtool -s), wall time", "ms", Goal.None);
        Series cpu = context.Add("quorum status, CPU", "ms", Goal.None);
        Series resident = context.Add("quorum status, largest resident memory", "B", Goal.None);
        node.Network.Run(() =>
        {
            _ = Spawner.Run(Native);
            for (int i = 0; i < context.Plan.Starts; i++)
            {
                Spawner.Usage n = Spawner.Run(Native);
                Spawner.Usage m = Spawner.Run(command, "status");
                wall.Add(n.Wall.TotalMilliseconds, m.Wall.TotalMilliseconds);
                cpu.Add(n.Cpu.TotalMilliseconds, m.Cpu.TotalMilliseconds);
            }

            // Fewer: hardly any two differ.
            for (int i = 0; i < Math.Min(context.Plan.Starts, 5) && File.Exists(Time); i++)
            {
                resident.Add(ResidentBytes(Native), ResidentBytes([command, "status"]));
            }
        });
    }

    // By time(1), a small process: the kernel counts a child from what its parent occupied at the start, and this process is large.
    private static double ResidentBytes(string[] command) =>
        double.Parse(ProcessFigures.Output(Time, ["-o", "/dev/stdout", "-f", "%M", .. command]).Split('\n')[^1], CultureInfo.InvariantCulture) * 1024;
}
