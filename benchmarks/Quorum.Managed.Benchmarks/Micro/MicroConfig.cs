using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Exporters.Csv;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Micro;

// The benchmarks run in this process, because it owns the cluster and can enter its network namespace.
internal sealed class MicroConfig : ManualConfig
{
    public MicroConfig(bool dry)
    {
        Job job = dry ? Job.Dry : Job.Default.WithWarmupCount(3).WithIterationCount(12);
        AddJob(job.WithToolchain(InProcessEmitToolchain.Instance));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddLogger(dry ? NullLogger.Instance : ConsoleLogger.Default);
        AddExporter(MarkdownExporter.GitHub, CsvExporter.Default);
        WithOrderer(new DefaultOrderer(SummaryOrderPolicy.Declared));
        ArtifactsPath = Path.Combine(Repository.Root, "BenchmarkDotNet.Artifacts");
        WithOptions(ConfigOptions.DisableLogFile);
    }
}
