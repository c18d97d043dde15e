namespace Quorum.Managed;

// One thread for the expiry of all monitors of this process. A loss must not wait for the thread pool, which may be
// starved. The thread lives while there are timers. Thread-safe.
internal static class ExpiryThread
{
    // The kernel's waits do not count a suspension of the machine. So the thread looks at the clock this often.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    private static readonly Lock Gate = new();
    private static readonly AutoResetEvent Changed = new(false);
    private static ExpiryTimer[] _timers = [];
    private static bool _running;

    // expire runs on this thread, or as a timer of the clock's own if the clock is not the system's. It must not block
    // and not throw.
    public static ITimer Create(TimeProvider time, Action expire)
    {
        if (time is not MonitorClock)
        {
            return time.CreateTimer(
                static state => ((Action)state!)(), expire, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        ExpiryTimer timer = new(time, expire);
        lock (Gate)
        {
            // A start may fail. The thread takes the lock first, so it finds the timer.
            if (!_running)
            {
                new Thread(Run) { IsBackground = true, Name = "quorum expiry" }.UnsafeStart();
                _running = true;
            }

            _timers = [.. _timers, timer];
        }

        return timer;
    }

    private static void Run()
    {
        while (true)
        {
            TimeSpan wait = LongestWait;
            ExpiryTimer[] timers;
            lock (Gate)
            {
                if (_timers.Length == 0)
                {
                    _running = false;
                    return;
                }

                timers = _timers;
            }

            foreach (ExpiryTimer timer in timers)
            {
                TimeSpan left = timer.RunIfDue();
                wait = left < wait ? left : wait;
            }

            Changed.WaitOne(wait);
        }
    }

    private sealed class ExpiryTimer(TimeProvider time, Action expire) : ITimer
    {
        // A timestamp; zero while it is not armed.
        private long _due;

        // The time until it is due.
        public TimeSpan RunIfDue()
        {
            long due = Volatile.Read(ref _due);
            if (due == 0)
            {
                return LongestWait;
            }

            TimeSpan left = time.GetElapsedTime(time.GetTimestamp(), due);
            if (left > TimeSpan.Zero)
            {
                // Rounded up, because a wait counts whole milliseconds.
                return left + TimeSpan.FromMilliseconds(1);
            }

            if (Interlocked.CompareExchange(ref _due, 0, due) == due)
            {
                expire();
            }

            return TimeSpan.Zero;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            long due = dueTime < TimeSpan.Zero
                ? 0
                : time.GetTimestamp() + (long)Math.Ceiling(dueTime.TotalSeconds * time.TimestampFrequency);
            Volatile.Write(ref _due, due);
            if (due != 0 && dueTime < LongestWait)
            {
                Changed.Set();
            }

            return true;
        }

        public void Dispose()
        {
            Volatile.Write(ref _due, 0);
            lock (Gate)
            {
                _timers = [.. _timers.Where(timer => timer != this)];
            }

            Changed.Set();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
