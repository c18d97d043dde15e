namespace Quorum.Managed.Cli.Tests;

// When one look at corosync's statistics speaks against its yes. The times are corosync's own for three nodes.
public sealed class TokenLookTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [TestCase(0, ExpectedResult = false)]
    [TestCase(685, ExpectedResult = false)]
    [TestCase(3650, ExpectedResult = false)]
    [TestCase(8030, ExpectedResult = false)]
    [TestCase(8031, ExpectedResult = true)]
    [TestCase(17332, ExpectedResult = true)]
    public bool Doubt_begins_where_no_live_ring_is(int age) => Look(age).Doubt(Now) is not null;

    [TestCase(3649, 1, ExpectedResult = false)]
    [TestCase(3650, 1, ExpectedResult = true)]
    [TestCase(10642, 9, ExpectedResult = true)]
    [TestCase(10642, 10, ExpectedResult = false)]
    [TestCase(10642, -1, ExpectedResult = true)]
    public bool Doubt_stays_for_a_time_after_a_pause_of_the_daemon(int pause, int secondsAgo)
    {
        TokenLook look = Look(0) with
        {
            Pause = TimeSpan.FromMilliseconds(pause),
            PauseEnd = Now - TimeSpan.FromSeconds(secondsAgo),
        };
        return look.Doubt(Now) is not null;
    }

    // The times of the cluster could not be read, and may be long.
    [TestCase(29, ExpectedResult = true)]
    [TestCase(30, ExpectedResult = false)]
    public bool Pause_is_doubted_for_longer_where_the_times_are_not_told(int secondsAgo)
    {
        TokenLook look = Look(0) with
        {
            Token = TimeSpan.FromMilliseconds(250),
            Consensus = default,
            Pause = TimeSpan.FromSeconds(10),
            PauseEnd = Now - TimeSpan.FromSeconds(secondsAgo),
        };
        return look.Doubt(Now) is not null;
    }

    private static TokenLook Look(int age) => new(
        TimeSpan.FromMilliseconds(age),
        TimeSpan.FromMilliseconds(3650),
        TimeSpan.FromMilliseconds(4380),
        Committed: 1,
        Operational: 1,
        Pause: null,
        PauseEnd: null);
}
