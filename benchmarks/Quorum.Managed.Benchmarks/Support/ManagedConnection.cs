using System.Diagnostics;

namespace Quorum.Managed.Benchmarks.Support;

// A QuorumConnection. Its callbacks count and take the time, like those of NativeConnection.
internal sealed class ManagedConnection : IDisposable
{
    private long _events;
    private long _lastEvent;

    private ManagedConnection()
    {
        Connection = QuorumConnection.Connect(new()
        {
            Callbacks = new() { QuorumChanged = (_, _) => Count(), NodeListChanged = (_, _) => Count() },
        });
    }

    public QuorumConnection Connection { get; }

    public long Events => Volatile.Read(ref _events);

    public long LastEvent => Volatile.Read(ref _lastEvent);

    public static ManagedConnection Connect() => new();

    public void Dispose() => Connection.Dispose();

    private void Count()
    {
        Volatile.Write(ref _lastEvent, Stopwatch.GetTimestamp());
        Volatile.Write(ref _events, _events + 1);
    }
}
