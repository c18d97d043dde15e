using System.Globalization;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Paired;

// Client and daemon share one processor, as in a container that has one. Neither runs while the other does.
internal static class PinnedMeasure
{
    public static async Task RunAsync(PairedContext context, ClusterIpc transport)
    {
        string name = PairedContext.Name(transport);
        CorosyncNode node = await BenchCluster.GetAsync(transport);
        Series p50 = context.Add($"both ends on one processor, {name}, p50", "us", Goal.RatioAtMost(1));
        Series p99 = context.Add($"both ends on one processor, {name}, p99", "us", Goal.None);
        string all = Machine.AllowedProcessors();
        string one = all.Split(',', '-')[0];
        await PinAsync(node, one);
        try
        {
            // A process of its own: the runtime counts the processors when a process starts.
            Plan plan = context.Plan;
            string[] child = ChildCommands.Command("round-trip", plan.Pairs, plan.WarmUp, plan.Calls, node.Pid);
            CommandResult result = await node.RunAsync(["taskset", "-c", one, .. child]);
            if (result.ExitCode != 0)
            {
                throw new InvalidOperationException($"The pinned process ended with {result.ExitCode}: {result.Error}");
            }

            foreach (string line in result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                double[] figures =
                    [.. line.Split(' ').Select(figure => double.Parse(figure, CultureInfo.InvariantCulture))];
                p50.Add(figures[0], figures[1]);
                p99.Add(figures[2], figures[3]);
            }
        }
        finally
        {
            await PinAsync(node, all);
        }
    }

    private static async Task PinAsync(CorosyncNode node, string processors)
    {
        string pid = node.Pid.ToString(CultureInfo.InvariantCulture);
        CommandResult result = await node.RunAsync("taskset", "-a", "-c", "-p", processors, pid);
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException($"taskset: {result.Error}");
        }
    }
}
