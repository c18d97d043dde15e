using Quorum.Managed.Testing;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

// Commands on a terminal, which script(1) provides.
[Parallelizable(ParallelScope.All)]
public sealed class TerminalTests
{
    private QuorumSimulator _simulator = null!;

    [OneTimeSetUp]
    public void StartSimulator() => _simulator = QuorumSimulator.Start();

    [OneTimeTearDown]
    public async Task StopSimulator() => await _simulator.DisposeAsync();

    [TestCase("check")]
    [TestCase("status")]
    [TestCase("status", "--json")]
    [TestCase("wait", "--max-staleness", "1s")]
    [TestCase("check", "--help")]
    [TestCase("--help")]
    [TestCase("--version")]
    [TestCase("frobnicate")]
    public async Task Commands_that_answer_write_no_terminal_escapes(params string[] args)
    {
        string[] endpoint = args.Length > 0 && args[^1] is "check" or "status" or "--json" or "1s"
            ? ["--endpoint", _simulator.Endpoint]
            : [];
        CommandResult result = await CommandProcess.EndAsync(
            CommandProcess.StartOnTerminal("exec \"$@\"", [.. args, .. endpoint]));
        Assert.That(result.Output, Is.Not.Empty.And.Not.Contains('\e'));
        Assert.That(result.ExitCode, Is.EqualTo(args[0] == "frobnicate" ? 64 : 0), result.Output);
    }

    [Test]
    public async Task Simulate_in_the_background_serves_and_in_the_foreground_takes_commands()
    {
        string endpoint = "abstract:quorum-test-" + Guid.NewGuid().ToString("N");
        await using NodeProcess terminal = CommandProcess.StartOnTerminal(
            "set -m; \"$@\" & echo pid $!; read line; fg", "simulate", "--endpoint", endpoint);
        string line = await terminal.ReadUntilAsync(
            static line => line.StartsWith("pid ", StringComparison.Ordinal), Wait.Bound);
        int pid = int.Parse(line.AsSpan(4), System.Globalization.CultureInfo.InvariantCulture);
        await terminal.ReadUntilAsync(
            static line => line.Contains("help, show or quit", StringComparison.Ordinal), Wait.Bound);
        CommandRun asked = await CommandRun.InvokeAsync("status", "--endpoint", endpoint);
        Assert.That(asked.ExitCode, Is.Zero, asked.Error);
        Assert.That(CommandProcess.StateOf(pid), Is.Not.EqualTo('T'));

        await terminal.WriteLineAsync("to the foreground");
        await terminal.WriteLineAsync("show");
        await terminal.ReadUntilAsync(
            static line => line.Contains("node 3: 1.d [1 2 3] quorate", StringComparison.Ordinal), Wait.Bound);
        await terminal.WriteLineAsync("quit");
        Assert.That((await terminal.WaitAsync(Wait.Bound)).ExitCode, Is.Zero);
    }
}
