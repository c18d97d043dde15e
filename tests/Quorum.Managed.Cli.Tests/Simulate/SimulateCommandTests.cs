namespace Quorum.Managed.Cli.Tests;

public sealed class SimulateCommandTests
{
    private readonly string _endpoint = "abstract:quorum-test-" + Guid.NewGuid().ToString("N");

    [Test]
    public async Task Simulate_serves_every_node_and_executes_the_commands_of_the_input()
    {
        using StringReader input = new("leave 3\npartition 1 | 9\nfly\nshow\nhelp\nquit\n");
        CommandRun run = await CommandRun.InvokeAsync(
            ["simulate", "--endpoint", _endpoint, "--node", "0", "--votes", "2,1,1"],
            host => host with { In = input });

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero);
            Assert.That(run.Out, Does.Contain($"node 3 of 3 listens at {_endpoint}-3"));
            Assert.That(run.Out, Does.Contain($"export QUORUM_ENDPOINT={_endpoint}-1"));
            Assert.That(run.Out, Does.Contain("node 1: 1.11 [1 2] quorate").And.Contain("quorate yes|no|votes"));
            Assert.That(run.Error, Does.Contain("There is no node 9").And.Contain("'fly' is not a command"));
        });
    }

    [Test]
    public async Task Simulate_runs_a_script_and_answers_status()
    {
        string script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, "at 0s quorate no\n");
        using CancellationTokenSource stop = new();
        ExpectingWriter output = new("the script has ended");
        Task<CommandRun> serving = CommandRun.InvokeAsync(
            ["simulate", "--endpoint", _endpoint, "--transport", "socket", "--script", script],
            host => host with { Out = output },
            stop.Token);
        await output.WhenWrittenAsync(serving);
        CommandRun asked = await CommandRun.InvokeAsync("status", "--endpoint", _endpoint);
        await stop.CancelAsync();
        CommandRun served = await serving;
        File.Delete(script);
        Assert.That((asked.ExitCode, served.ExitCode), Is.EqualTo((1, 0)), served.Error + asked.Error);
    }

    [TestCase("--nodes", "0", "number of nodes")]
    [TestCase("--nodes", "-1", "number of nodes")]
    [TestCase("--votes", "1,x", "--votes: '1,x'")]
    [TestCase("--votes", "1,-1", "--votes: '1,-1'")]
    [TestCase("--transport", "pigeon", "'pigeon'")]
    [TestCase("--endpoint", "automatic", "--endpoint: a simulator listens at one address")]
    [TestCase("--endpoint", "nowhere", "--endpoint: 'nowhere'")]
    [TestCase("--node", "4", "--node")]
    [TestCase("--speed", "0", "--speed")]
    [TestCase("--script", "/no/such/file", "--script: ")]
    public async Task Simulate_with_a_wrong_option_is_a_usage_error_that_names_it(
        string option, string value, string problem)
    {
        CommandRun run = await CommandRun.InvokeAsync("simulate", option, value);
        Assert.That(run.ExitCode, Is.EqualTo(64), run.Error);
        Assert.That(run.Error, Does.Contain(problem));
    }

    [Test]
    public async Task Simulate_with_a_wrong_script_names_the_file_and_the_line()
    {
        string script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, "at 0s heal\nfly\n");
        CommandRun run = await CommandRun.InvokeAsync("simulate", "--script", script);
        File.Delete(script);
        Assert.That(run.ExitCode, Is.EqualTo(64), run.Error);
        Assert.That(run.Error, Does.StartWith($"quorum: --script: {script}: line 2: "));
    }
}
