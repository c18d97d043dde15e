namespace Quorum.Managed.Ipc.Tests;

public sealed class DeadlineTests
{
    [Test]
    public void A_slice_to_poll_for_is_whole_milliseconds_and_no_shorter_than_what_remains([Values(0.001, 0.4, 1, 2.5, 60_000)] double milliseconds)
    {
        Deadline deadline = Deadline.After(TimeSpan.FromMilliseconds(milliseconds));
        TimeSpan slice = deadline.PollSlice;
        Assert.That(slice.Ticks % TimeSpan.TicksPerMillisecond, Is.Zero);
        Assert.That(slice, Is.GreaterThanOrEqualTo(deadline.Remaining));
    }

    [Test]
    public void There_is_nothing_to_poll_for_after_it() => Assert.That(Deadline.After(TimeSpan.Zero).PollSlice, Is.EqualTo(TimeSpan.Zero));

    [Test]
    public void One_that_never_comes_is_polled_for_in_slices() =>
        Assert.That(Deadline.Never.PollSlice, Is.GreaterThan(TimeSpan.FromMinutes(1)).And.LessThan(TimeSpan.FromMicroseconds(int.MaxValue)));
}
