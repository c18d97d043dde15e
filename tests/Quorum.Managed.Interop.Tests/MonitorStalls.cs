using System.Diagnostics;

namespace Quorum.Managed.Interop.Tests;

/// <summary>Notes when this process did not get the processor: a thread that wants to wake each millisecond. Times of a loaded machine are judged with it.</summary>
internal sealed class MonitorStalls : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<(DateTimeOffset End, TimeSpan Length)> _stalls = [];
    private readonly Thread _thread;
    private volatile bool _stop;

    public MonitorStalls()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "stalls" };
        _thread.Start();
    }

    /// <summary>How long in all it did not run around a time.</summary>
    public TimeSpan Around(DateTimeOffset time, TimeSpan distance)
    {
        lock (_gate)
        {
            return _stalls.Where(stall => (stall.End - time).Duration() <= distance + stall.Length)
                .Aggregate(TimeSpan.Zero, (sum, stall) => sum + stall.Length);
        }
    }

    public void Dispose()
    {
        _stop = true;
        _thread.Join();
    }

    private void Run()
    {
        long last = Stopwatch.GetTimestamp();
        while (!_stop)
        {
            Thread.Sleep(1);
            long now = Stopwatch.GetTimestamp();
            TimeSpan late = Stopwatch.GetElapsedTime(last, now) - TimeSpan.FromMilliseconds(1);
            last = now;
            if (late > TimeSpan.FromMilliseconds(5))
            {
                lock (_gate)
                {
                    _stalls.Add((DateTimeOffset.UtcNow, late));
                }
            }
        }
    }
}
