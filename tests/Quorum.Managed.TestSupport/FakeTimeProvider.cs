namespace Quorum.Managed.TestSupport;

/// <summary>
/// A clock that moves only when told. Timers run on the thread that moves it, in the order in which they are due.
/// Thread-safe.
/// </summary>
public sealed class FakeTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<FakeTimer> _timers = [];
    private DateTimeOffset _utc = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _ticks = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How many timers are armed.</summary>
    public int Armed
    {
        get
        {
            lock (_lock)
            {
                return _timers.Count(timer => timer.Due is not null);
            }
        }
    }

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _ticks;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _utc;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        FakeTimer timer = new(this, callback, state);
        lock (_lock)
        {
            _timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock, and runs the timers that are due on the way, each at its time.</summary>
    public void Advance(TimeSpan time)
    {
        long end = GetTimestamp() + time.Ticks;
        while (TakeDue(end) is { } timer)
        {
            timer.Run();
        }
    }

    /// <summary>Moves the clock without running timers, as a suspended process sees it before its timers run.</summary>
    public void Jump(TimeSpan time)
    {
        lock (_lock)
        {
            Move(_ticks + time.Ticks);
        }
    }

    /// <summary>Moves the wall clock alone, as the suspension of the machine does.</summary>
    public void JumpWallClock(TimeSpan time)
    {
        lock (_lock)
        {
            _utc += time;
        }
    }

    private FakeTimer? TakeDue(long end)
    {
        lock (_lock)
        {
            FakeTimer? first = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
            Move(Math.Max(_ticks, first?.Due ?? end));
            first?.Rearm();
            return first;
        }
    }

    private void Move(long ticks)
    {
        _utc += TimeSpan.FromTicks(ticks - _ticks);
        _ticks = ticks;
    }

    private sealed class FakeTimer(FakeTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public long? Due { get; private set; }

        public void Run() => callback(state);

        public void Rearm() => Due = _period > TimeSpan.Zero ? Due + _period.Ticks : null;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                Due = dueTime < TimeSpan.Zero ? null : clock._ticks + dueTime.Ticks;
                _period = period;
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                Due = null;
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
