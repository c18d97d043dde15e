using BenchmarkDotNet.Attributes;
using Quorum.Managed.Benchmarks.Paired;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Micro;

/// <summary>The dispatch of one event of many that wait in the ring.</summary>
public class EventDrainBenchmarks
{
    private const int Events = 500;
    private Flips _flips = null!;
    private NativeConnection _native = null!;
    private ManagedConnection _managed = null!;
    private QuorumConnection _reader = null!;

    [GlobalSetup]
    public void Connect()
    {
        CorosyncNode node = BenchCluster.Get(device: true);
        _flips = new Flips(node);
        _native = node.Network.Run(NativeConnection.Connect);
        _managed = node.Network.Run(ManagedConnection.Connect);
        _reader = node.Network.Run(static () => QuorumConnection.Connect());
    }

    [GlobalCleanup]
    public void Close()
    {
        _native.Dispose();
        _managed.Dispose();
        _reader.Dispose();
        _flips.Dispose();
    }

    [IterationSetup(Target = nameof(Native))]
    public void FillNative()
    {
        _native.TrackStart((uint)TrackFlags.ChangesOnly);
        Flip();
    }

    [IterationSetup(Target = nameof(Managed))]
    public void FillManaged() => Fill(_managed.Connection);

    [IterationSetup(Target = nameof(ManagedNotifications))]
    public void FillReader() => Fill(_reader);

    [IterationCleanup(Target = nameof(Native))]
    public void StopNative() => _native.TrackStop();

    [IterationCleanup(Target = nameof(Managed))]
    public void StopManaged() => _managed.Connection.TrackStop();

    [IterationCleanup(Target = nameof(ManagedNotifications))]
    public void StopReader() => _reader.TrackStop();

    [Benchmark(Baseline = true, OperationsPerInvoke = Events)]
    public TimeSpan Native() => EventDrainMeasure.Drain(_native, Events);

    [Benchmark(OperationsPerInvoke = Events)]
    public TimeSpan Managed() => EventDrainMeasure.Drain(_managed, Events);

    [Benchmark(OperationsPerInvoke = Events)]
    public async Task ManagedNotifications()
    {
        int left = Events;
        await foreach (QuorumNotification notification in _reader.ReadNotificationsAsync())
        {
            if (--left == 0)
            {
                break;
            }
        }
    }

    private void Fill(QuorumConnection connection)
    {
        connection.TrackStart(TrackFlags.ChangesOnly);
        Flip();
    }

    private void Flip()
    {
        _flips.Flip(Events);
        Thread.Sleep(EventDrainMeasure.UnderWay);
    }
}
