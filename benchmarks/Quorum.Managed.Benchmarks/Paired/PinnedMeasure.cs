using System.Globalization;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Paired;

// Client and daemon on the same processor, as in a container with one: neither runs while the other does.
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
            // A process of its own, which finds one processor when it starts.
            CommandResult result = await node.RunAsync(
            [
                "taskset", "-c", one,
                .. ChildCommands.Command("round-trip", context.Plan.Pairs, context.Plan.WarmUp, context.Plan.Calls, node.Pid),
            ]);
            if (result.ExitCode != 0)
            {
                throw new InvalidOperationException($"The pinned process ended with {result.ExitCode}: {result.Error}");
            }

            foreach (string line in result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                double[] figures = [.. line.Split(' ').Select(figure => double.Parse(figure, CultureInfo.InvariantCulture))];
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
        CommandResult result = await node.RunAsync("taskset", "-a", "-c", "-p", processors, node.Pid.ToString(CultureInfo.InvariantCulture));
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException($"taskset: {result.Error}");
        }
    }
}
