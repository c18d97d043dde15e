using BenchmarkDotNet.Attributes;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.Ipc;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Micro;

/// <summary>
/// Connections one after the other, piece by piece. They are few, because the daemon gets slower with every connection
/// it has served.
/// </summary>
[InvocationCount(1, 1)]
public class ConnectBenchmarks
{
    // All on one thread that has entered the network namespace, so that its start hardly counts.
    private const int Connections = 10;
    private static readonly IpcConnectionOptions Transport = new() { Addresses = QuorumEndpoint.Automatic.Addresses };
    private static readonly QuorumConnectionOptions LargeRings = new() { MaxMessageSize = 1024 * 1024 };

    private NetworkNamespace _network = null!;

    [GlobalSetup]
    public void Start() => _network = BenchCluster.Get().Network;

    [Benchmark(Baseline = true, OperationsPerInvoke = Connections, Description = "native: connect, initialize, close")]
    public void Native() => Repeat(static () => NativeConnection.Connect());

    [Benchmark(OperationsPerInvoke = Connections, Description = "managed: connect, initialize, close")]
    public void Managed() => Repeat(static () => QuorumConnection.Connect());

    [Benchmark(OperationsPerInvoke = Connections, Description = "managed, with rings as large as native's")]
    public void ManagedWithLargeRings() => Repeat(static () => QuorumConnection.Connect(LargeRings));

    [Benchmark(OperationsPerInvoke = Connections, Description = "managed: connect, close, nothing asked")]
    public void ManagedTransport() => Repeat(static () => IpcConnection.Connect(Transport));

    private void Repeat(Func<IDisposable> connect) => _network.Run(() =>
    {
        for (int i = 0; i < Connections; i++)
        {
            connect().Dispose();
        }
    });
}
