using System.Diagnostics;

namespace Quorum.Managed.Ipc;

// A point of monotonic time; default is already past.
internal readonly struct Deadline
{
    // Socket.Poll and Socket.Select count microseconds in 32 bits.
    private static readonly TimeSpan LongestPoll = TimeSpan.FromMinutes(30);

    private readonly long _timestamp;

    private Deadline(long timestamp) => _timestamp = timestamp;

    public static Deadline Never => new(long.MaxValue);

    public bool IsNever => _timestamp == long.MaxValue;

    public bool IsPast => _timestamp != long.MaxValue && Stopwatch.GetTimestamp() >= _timestamp;

    // Never below zero; the infinite time span for a deadline that never comes.
    public TimeSpan Remaining
    {
        get
        {
            if (IsNever)
            {
                return Timeout.InfiniteTimeSpan;
            }

            long now = Stopwatch.GetTimestamp();
            return now >= _timestamp ? TimeSpan.Zero : Stopwatch.GetElapsedTime(now, _timestamp);
        }
    }

    public static Deadline After(TimeSpan time) =>
        time == Timeout.InfiniteTimeSpan
            ? Never
            : new Deadline(Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency));

    // The remaining time, or as much of it as Socket.Poll takes at once, in whole milliseconds: Socket.Poll and
    // Socket.Select cut off the rest of a millisecond, and would poll without sleeping for the last one, on the
    // processor that the daemon needs.
    public TimeSpan PollSlice => TimeSpan.FromMilliseconds(Math.Ceiling(Slice(LongestPoll).TotalMilliseconds));

    // The smaller of the slice and what remains.
    public TimeSpan Slice(TimeSpan slice)
    {
        TimeSpan remaining = Remaining;
        return remaining == Timeout.InfiniteTimeSpan || remaining > slice ? slice : remaining;
    }
}
