using System.Diagnostics;

namespace Quorum.Managed.Interop.Tests;

/// <summary>Reads what monitors say each millisecond, as a user would, and keeps the times of each yes.</summary>
/// <remarks>
/// It judges by <see cref="QuorumMonitor.Current"/> alone, so the monitor's own record of times is not trusted. Between
/// two samples that say yes in the same ring, the monitor counts as quorate.
/// </remarks>
internal sealed class YesSampler : IDisposable
{
    private readonly Lock _gate = new();
    private readonly QuorumMonitor[] _monitors;
    private readonly List<YesSpan>[] _spans;
    private readonly bool[] _yes;
    private readonly int[] _losses;
    private readonly ManualResetEventSlim _stop = new(initialState: false, spinCount: 0);
    private readonly Thread _thread;

    public YesSampler(IEnumerable<QuorumMonitor> monitors)
    {
        _monitors = [.. monitors];
        _spans = [.. _monitors.Select(_ => new List<YesSpan>())];
        _yes = new bool[_monitors.Length];
        _losses = new int[_monitors.Length];
        _thread = new Thread(Run) { IsBackground = true, Name = "samples", Priority = ThreadPriority.Highest };
        _thread.Start();
    }

    /// <summary>The times at which the monitor with this index said yes, oldest first.</summary>
    public IReadOnlyList<YesSpan> SpansOf(int index)
    {
        lock (_gate)
        {
            return [.. _spans[index]];
        }
    }

    /// <summary>How often the monitor with this index stopped saying yes.</summary>
    public int LossesOf(int index)
    {
        lock (_gate)
        {
            return _losses[index];
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
        do
        {
            lock (_gate)
            {
                for (int i = 0; i < _monitors.Length; i++)
                {
                    Sample(i);
                }
            }
        }
        while (!_stop.Wait(TimeSpan.FromMilliseconds(1)));
    }

    private void Sample(int index)
    {
        List<YesSpan> spans = _spans[index];
        long now = Stopwatch.GetTimestamp();
        QuorumSnapshot snapshot = _monitors[index].Current;
        if (snapshot.IsQuorate && _yes[index] && spans[^1].Ring == snapshot.RingId)
        {
            spans[^1] = spans[^1] with { To = now };
        }
        else if (snapshot.IsQuorate)
        {
            spans.Add(new YesSpan(now, now, snapshot.RingId, snapshot.Members));
        }

        else if (_yes[index])
        {
            _losses[index]++;
        }

        _yes[index] = snapshot.IsQuorate;
    }
}
