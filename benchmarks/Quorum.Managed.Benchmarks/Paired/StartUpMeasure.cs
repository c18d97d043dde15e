using System.Globalization;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Paired;

// A whole process: the quorum command beside the tool of corosync. QUORUM_COMMAND names another build of the command.
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

            // Fewer rounds: the figures hardly differ.
            for (int i = 0; i < Math.Min(context.Plan.Starts, 5) && File.Exists(Time); i++)
            {
                resident.Add(ResidentBytes(Native), ResidentBytes([command, "status"]));
            }
        });
    }

    // Measured by time(1), which is a small process: the kernel counts for a child also what its parent occupied at the
    // fork, and this process is large.
    private static double ResidentBytes(string[] command)
    {
        string output = ProcessFigures.Output(Time, ["-o", "/dev/stdout", "-f", "%M", .. command]);
        return double.Parse(output.Split('\n')[^1], CultureInfo.InvariantCulture) * 1024;
    }
}
