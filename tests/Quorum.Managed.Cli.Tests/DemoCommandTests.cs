using System.Text.Json;

namespace Quorum.Managed.Cli.Tests;

public sealed class DemoCommandTests
{
    [Test]
    public async Task Demo_as_json_tells_the_whole_story_and_ends_with_0()
    {
        CommandRun run = await CommandRun.InvokeAsync(["demo", "--json", "--speed", "100"]);

        string[] quorum =
        [
            .. run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement)
                .Where(static line => line.GetProperty("event").GetString() == "quorum")
                .Select(static line => $"{line.GetProperty("quorate")} {line.GetProperty("ringId")} {line.GetProperty("members")}"),
        ];
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero);
            Assert.That(run.Error, Is.Empty);
            Assert.That(quorum, Is.EqualTo(new[] { "True 1.d [1,2,3]", "True 1.11 [1,2]", "False 1.15 [1]", "True 1.19 [1,2]", "True 1.1d [1,2,3]" }));
        });
    }

    [Test]
    public async Task Demo_on_a_terminal_leaves_a_recap()
    {
        using StringWriter output = new() { NewLine = "\n" };
        CommandHost host = new(output, TextWriter.Null) { IsTerminal = true, TerminalSize = static () => (100, 40) };
        Assert.That(await QuorumCommand.InvokeAsync(["demo", "--speed", "100"], host, CancellationToken.None), Is.Zero);
        Assert.That(output.ToString(), Does.Contain("What node 1 saw").And.Contain("not quorate").And.Contain("╳"));
    }

    [TestCase("0")]
    [TestCase("x")]
    public async Task Demo_with_a_wrong_speed_is_usage(string speed)
    {
        CommandRun run = await CommandRun.InvokeAsync(["demo", "--speed", speed]);
        Assert.That(run.ExitCode, Is.EqualTo(64));
        Assert.That(run.Error, Does.Contain("0.1 to 1000"));
    }

    [Test]
    public async Task Simulate_serves_every_node_and_does_what_is_typed()
    {
        string name = "quorum-test-" + Guid.NewGuid().ToString("N");
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        using StringReader input = new("leave 3\npartition 1 | 9\nfly\nshow\nhelp\nquit\n");
        CommandHost host = new(output, error) { In = input };

        int exitCode = await QuorumCommand.InvokeAsync(["simulate", "--endpoint", "abstract:" + name, "--node", "0", "--votes", "2,1,1"], host, CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.Zero);
            Assert.That(output.ToString(), Does.Contain($"node 3 of 3 listens at abstract:{name}-3")
                .And.Contain($"export QUORUM_ENDPOINT=abstract:{name}-1").And.Contain("node 1: 1.11 [1 2] quorate").And.Contain("quorate yes|no|votes"));
            Assert.That(error.ToString(), Does.Contain("There is no node 9").And.Contain("'fly' is not a command"));
        });
    }

    [Test]
    public async Task Simulate_runs_a_script_and_can_be_asked()
    {
        string name = "quorum-test-" + Guid.NewGuid().ToString("N");
        string script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, "at 0s quorate no\n");
        using CancellationTokenSource stop = new();
        Task<CommandRun> serving = CommandRun.InvokeAsync(["simulate", "--endpoint", "abstract:" + name, "--transport", "socket", "--script", script], cancellationToken: stop.Token);
        CommandRun asked;
        do
        {
            asked = await CommandRun.InvokeAsync(["status", "--endpoint", "abstract:" + name]);
        }
        while (asked.ExitCode is 0 or 2 && !serving.IsCompleted);
        await stop.CancelAsync();
        CommandRun served = await serving;
        File.Delete(script);
        Assert.That((asked.ExitCode, served.ExitCode), Is.EqualTo((1, 0)), served.Error + asked.Error);
    }

    [TestCase("--nodes", "0")]
    [TestCase("--votes", "1,x")]
    [TestCase("--transport", "pigeon")]
    [TestCase("--endpoint", "automatic")]
    [TestCase("--node", "4")]
    [TestCase("--script", "/no/such/file")]
    public async Task Simulate_with_a_wrong_option_is_usage(string option, string value)
    {
        CommandRun run = await CommandRun.InvokeAsync(["simulate", option, value]);
        Assert.That(run.ExitCode, Is.EqualTo(64), run.Error);
    }
}
