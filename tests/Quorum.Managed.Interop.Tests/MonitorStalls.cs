using System.Diagnostics;

namespace Quorum.Managed.Interop.Tests;

/// <summary>Records when this process got no processor, so that tests can judge times on a loaded machine.</summary>
/// <remarks>A thread wakes each millisecond and records how late it woke.</remarks>
internal sealed class MonitorStalls : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<(DateTimeOffset End, TimeSpan Length)> _stalls = [];
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new(initialState: false, spinCount: 0);

    public MonitorStalls()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "stalls" };
        _thread.Start();
    }

    /// <summary>The sum of the stalls within a distance of a time.</summary>
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
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        long last = Stopwatch.GetTimestamp();
        while (!_stop.Wait(TimeSpan.FromMilliseconds(1)))
        {
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
