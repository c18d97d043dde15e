namespace Quorum.Managed.Ipc.Tests;

public sealed class DeadlineTests
{
    [Test]
    public void Poll_slice_is_whole_milliseconds_and_no_shorter_than_what_remains(
        [Values(0.001, 0.4, 1, 2.5, 60_000)] double milliseconds)
    {
        Deadline deadline = Deadline.After(TimeSpan.FromMilliseconds(milliseconds));
        TimeSpan slice = deadline.PollSlice;
        Assert.That(slice.Ticks % TimeSpan.TicksPerMillisecond, Is.Zero);
        Assert.That(slice, Is.GreaterThanOrEqualTo(deadline.Remaining));
    }

    [Test]
    public void Poll_slice_of_a_deadline_that_has_passed_is_zero() =>
        Assert.That(Deadline.After(TimeSpan.Zero).PollSlice, Is.EqualTo(TimeSpan.Zero));

    [Test]
    public void Poll_slice_of_no_deadline_is_long_and_fits_into_a_number_of_microseconds()
    {
        Assert.That(Deadline.Never.PollSlice, Is.GreaterThan(TimeSpan.FromMinutes(1)));
        Assert.That(Deadline.Never.PollSlice, Is.LessThan(TimeSpan.FromMicroseconds(int.MaxValue)));
    }
}
