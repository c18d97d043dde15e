using BenchmarkDotNet.Attributes;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Micro;

/// <summary>A dispatch that finds no event, as in a loop that polls descriptors of its own.</summary>
public class DispatchBenchmarks
{
    private NativeConnection _native = null!;
    private ManagedConnection _managed = null!;

    [GlobalSetup]
    public void Connect()
    {
        NetworkNamespace network = BenchCluster.Get().Network;
        _native = network.Run(NativeConnection.Connect);
        _managed = network.Run(ManagedConnection.Connect);
    }

    [GlobalCleanup]
    public void Close()
    {
        _native.Dispose();
        _managed.Dispose();
    }

    [Benchmark(Baseline = true)]
    public bool Native() => _native.Dispatch(NativeConnection.DispatchOneNonblocking);

    [Benchmark]
    public int Managed() => _managed.Connection.Dispatch(DispatchFlags.OneNonBlocking);
}
