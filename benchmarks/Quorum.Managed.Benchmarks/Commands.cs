using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Quorum.Managed.Benchmarks.Micro;
using Quorum.Managed.Benchmarks.Paired;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks;

internal static class Commands
{
    private const string Usage = """
        micro [arguments of BenchmarkDotNet]    the micro-benchmarks, for example: micro --filter '*RoundTrip*'
        paired [--quick] [--only TEXT] [--out DIRECTORY]
                                                native and managed run by run; writes RESULTS.md and results/*.csv
        dry                                     every benchmark and measure once, to see that each still runs;
                                                the figures mean nothing
        """;

    private static readonly Type[] WithoutDaemon = [typeof(CodecBenchmarks), typeof(RingBenchmarks)];

    private static readonly Type[] WithDaemon =
    [
        typeof(RoundTripBenchmarks),
        typeof(ConnectBenchmarks),
        typeof(DispatchBenchmarks),
        typeof(EventDrainBenchmarks),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            return args switch
            {
                ["micro", .. string[] rest] => RunMicro(rest, dry: false),
                ["paired", .. string[] rest] => await PairedCommand.RunAsync(rest),
                ["dry"] => await DryAsync(),
                ["child", .. string[] rest] => ChildCommands.Run(rest),
                _ => Refuse(),
            };
        }
        finally
        {
            await BenchCluster.DisposeAllAsync();
        }
    }

    private static async Task<int> DryAsync()
    {
        int micro = RunMicro(["--filter", "*"], dry: true);
        string folder = Path.Combine(Repository.Root, "artifacts", "benchmarks-dry");
        int paired = await PairedCommand.RunAsync(["--dry", "--out", folder]);
        return Math.Max(micro, paired);
    }

    private static int RunMicro(string[] args, bool dry)
    {
        Type[] types = WithoutDaemon;
        if (BenchCluster.WhyNot is { } reason)
        {
            string skipped = string.Join(", ", WithDaemon.Select(type => type.Name));
            Progress.Say($"skipped, because they need corosync and its libraries: {skipped}: {reason}");
        }
        else
        {
            types = [.. WithDaemon, .. WithoutDaemon];
        }

        BenchCluster.IsShared = dry;
        Summary[] summaries = [.. BenchmarkSwitcher.FromTypes(types).Run(args, new MicroConfig(dry))];
        BenchmarkReport[] failed =
            [.. summaries.SelectMany(summary => summary.Reports).Where(report => !report.Success)];
        foreach (BenchmarkReport report in failed)
        {
            Progress.Say($"failed: {report.BenchmarkCase.DisplayInfo}");
        }

        bool invalid = summaries.Any(summary => summary.HasCriticalValidationErrors);
        return failed.Length > 0 || invalid || (dry && summaries.Length < types.Length) ? 1 : 0;
    }

    private static int Refuse()
    {
        Console.Error.WriteLine(Usage);
        return 64;
    }
}
