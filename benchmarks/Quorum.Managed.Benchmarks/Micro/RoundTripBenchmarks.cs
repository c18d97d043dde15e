using BenchmarkDotNet.Attributes;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Micro;

/// <summary>getquorate, back to back.</summary>
public class RoundTripBenchmarks
{
    private NativeConnection _native = null!;
    private QuorumConnection _managed = null!;

    public static IEnumerable<ClusterIpc> Transports => BenchCluster.Transports;

    [ParamsSource(nameof(Transports))]
    public ClusterIpc Transport { get; set; }

    [GlobalSetup]
    public void Connect()
    {
        NetworkNamespace network = BenchCluster.Get(Transport).Network;
        _native = network.Run(NativeConnection.Connect);
        _managed = network.Run(static () => QuorumConnection.Connect());
    }

    [GlobalCleanup]
    public void Close()
    {
        _native.Dispose();
        _managed.Dispose();
    }

    [Benchmark(Baseline = true)]
    public bool Native() => _native.GetQuorate();

    [Benchmark]
    public bool Managed() => _managed.GetQuorate();

    [Benchmark]
    public ValueTask<bool> ManagedAsync() => _managed.GetQuorateAsync();
}
