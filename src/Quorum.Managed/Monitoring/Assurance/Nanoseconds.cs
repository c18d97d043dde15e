namespace Quorum.Managed;

// Timestamps of a monitor's clock in nanoseconds, which other processes can read without knowing its frequency.
internal static class Nanoseconds
{
    private const long PerSecond = 1_000_000_000;

    public static long Of(long timestamp, TimeProvider time)
    {
        (long seconds, long rest) = Math.DivRem(timestamp, time.TimestampFrequency);
        return (seconds * PerSecond) + (rest * PerSecond / time.TimestampFrequency);
    }

    // The time until a timestamp in nanoseconds; negative when it has passed.
    public static TimeSpan Until(long nanoseconds, TimeProvider time) =>
        TimeSpan.FromTicks((nanoseconds - Of(time.GetTimestamp(), time)) / TimeSpan.NanosecondsPerTick);
}
