namespace Quorum.Managed.Cli.Tests;

public sealed class DurationsTests
{
    [TestCase("5s", 5000)]
    [TestCase("500ms", 500)]
    [TestCase("5", 5000)]
    [TestCase("0.25", 250)]
    [TestCase("1.5s", 1500)]
    [TestCase("2m", 120_000)]
    [TestCase("1h", 3_600_000)]
    [TestCase("1ms", 1)]
    public void Parse_duration_reads_it(string text, double milliseconds) =>
        Assert.That(Durations.Parse(text).TotalMilliseconds, Is.EqualTo(milliseconds));

    [TestCase("")]
    [TestCase("s")]
    [TestCase("-1s")]
    [TestCase("5 s")]
    [TestCase("1e3")]
    [TestCase("NaN")]
    [TestCase("Infinity")]
    [TestCase("5d")]
    [TestCase("5S")]
    [TestCase("0")]
    [TestCase("0.1ms")]
    [TestCase("577h")]
    [TestCase("99999999999999999999999999999999999999")]
    public void Parse_anything_else_throws_and_quotes_it(string text) => Assert.That(
        () => Durations.Parse(text), Throws.InstanceOf<FormatException>().With.Message.Contain($"'{text}'"));
}
