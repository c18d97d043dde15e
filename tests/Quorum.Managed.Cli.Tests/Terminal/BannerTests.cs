using Spectre.Console;

namespace Quorum.Managed.Cli.Tests;

public sealed class BannerTests
{
    [Test]
    public void Rows_on_a_standard_terminal_are_large_letters([Values] QuorumState state) =>
        Assert.That(Banner.Rows(state, 80, 24).Count(), Is.EqualTo(7));

    [Test]
    public void Rows_on_a_low_terminal_are_one_row_of_text([Values] QuorumState state) =>
        Assert.That(Banner.Rows(state, 80, 12).Count(), Is.EqualTo(1));

    [TestCase(80, 24)]
    [TestCase(20, 24)]
    [TestCase(3, 5)]
    public void Rows_are_as_wide_as_the_terminal(int width, int height)
    {
        IEnumerable<Text> rows = Banner.Rows(QuorumState.Inquorate, width, height);
        Assert.That(rows.Select(static row => row.Length), Is.All.EqualTo(width));
    }
}
