using System.Text.Json;

namespace Quorum.Managed.Cli.Tests;

public sealed class DemoCommandTests
{
    private static readonly string[] Story =
    [
        "True 1.d [1,2,3]",
        "True 1.11 [1,2]",
        "False 1.15 [1]",
        "True 1.19 [1,2]",
        "True 1.1d [1,2,3]",
    ];

    [Test]
    public async Task Demo_as_json_shows_the_whole_story_and_ends_with_0()
    {
        CommandRun run = await CommandRun.InvokeAsync("demo", "--json", "--speed", "100");

        IEnumerable<string> quorum = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => JsonDocument.Parse(line).RootElement)
            .Where(static line => line.GetProperty("event").GetString() == "quorum")
            .Select(static line =>
                $"{line.GetProperty("quorate")} {line.GetProperty("ringId")} {line.GetProperty("members")}");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero);
            Assert.That(run.Error, Is.Empty);
            Assert.That(quorum, Is.EqualTo(Story));
        });
    }

    [Test]
    public async Task Demo_on_a_terminal_leaves_a_recap()
    {
        CommandRun run = await CommandRun.InvokeAsync(
            ["demo", "--speed", "100"],
            static host => host with { IsTerminal = true, TerminalSize = static () => (100, 40) });
        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Out, Does.Contain("What node 1 saw").And.Contain("not quorate").And.Contain("╳"));
    }

    [TestCase("0")]
    [TestCase("NaN")]
    [TestCase("1001")]
    [TestCase("x")]
    public async Task Demo_with_a_wrong_speed_is_a_usage_error(string speed)
    {
        CommandRun run = await CommandRun.InvokeAsync("demo", "--speed", speed);
        Assert.That(run.ExitCode, Is.EqualTo(64));
        Assert.That(run.Error, Does.Contain("0.1 to 1000"));
    }
}
