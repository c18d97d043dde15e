using System.Globalization;
using Quorum.Managed.Testing;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

// watch as a process whose output is not read, or no longer there.
[Parallelizable(ParallelScope.All)]
public sealed class WatchProcessTests
{
    private const string EnterScreen = "\e[?1049h";
    private const string LeaveScreen = "\e[?1049l";
    private const int StopByTerminal = 20;
    private const int Continue = 18;

    private QuorumSimulator _simulator = null!;

    [OneTimeSetUp]
    public void StartSimulator() => _simulator = QuorumSimulator.Start();

    [OneTimeTearDown]
    public async Task StopSimulator() => await _simulator.DisposeAsync();

    [TestCase(NodeProcess.Terminate)]
    [TestCase(NodeProcess.Interrupt)]
    public async Task Watch_whose_reader_does_not_read_ends_on_a_signal(int signal)
    {
        using FullPipe pipe = await FullPipe.CreateAsync();
        await using NodeProcess watch = CommandProcess.StartInShell(
            $"exec \"$@\" >{pipe.Path}", "watch", "--json", "--endpoint", _simulator.Endpoint);
        await CommandProcess.WhenBlockedAsync(watch.Pid);
        watch.Signal(signal);
        Assert.That((await watch.WaitAsync(Wait.Bound)).ExitCode, Is.Zero);
    }

    // Nothing happens in the cluster after the first line.
    [TestCase("--json")]
    [TestCase]
    public async Task Watch_whose_reader_has_left_ends_at_once_with_0(params string[] args)
    {
        CommandResult result = await CommandProcess.RunInShellAsync(
            "set -o pipefail; \"$@\" | head -n 3", ["watch", "--endpoint", _simulator.Endpoint, .. args]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(3));
        Assert.That(result.Error, Is.Empty);
    }

    [Test]
    public async Task Watch_on_a_terminal_that_hung_up_ends()
    {
        string file = Path.GetTempFileName();
        await using NodeProcess terminal = StartOnTerminal($"echo $$ >{file}; trap '' HUP; exec \"$@\"");
        int pid = await ReadPidAsync(file);
        await ReadUntilAsync(terminal, EnterScreen);
        terminal.Signal(NodeProcess.Kill);
        await Wait.UntilAsync(() => !Directory.Exists($"/proc/{pid}"), "the end of watch");
        File.Delete(file);
    }

    [Test]
    public async Task Watch_that_is_stopped_gives_the_screen_back_and_draws_it_anew_when_it_continues()
    {
        string file = Path.GetTempFileName();
        string log = Path.GetTempFileName();
        // Not as the child of script, which stops with its child.
        await using NodeProcess terminal = StartOnTerminal($"(echo $BASHPID >{file}; exec \"$@\")", log);
        int pid = await ReadPidAsync(file);
        await ReadUntilAsync(terminal, EnterScreen);
        CommandProcess.Signal(pid, StopByTerminal);
        await Wait.UntilAsync(() => CommandProcess.StateOf(pid) == 'T', "the stop");
        await Wait.UntilAsync(
            () => File.ReadAllText(log).Contains(LeaveScreen, StringComparison.Ordinal), "the shell's screen");
        CommandProcess.Signal(pid, Continue);
        await ReadUntilAsync(terminal, EnterScreen);
        CommandProcess.Signal(pid, NodeProcess.Terminate);
        Assert.That((await terminal.WaitAsync(Wait.Bound)).ExitCode, Is.Zero);
        string all = await File.ReadAllTextAsync(log);
        Assert.That(all.LastIndexOf(LeaveScreen, StringComparison.Ordinal),
            Is.GreaterThan(all.LastIndexOf(EnterScreen, StringComparison.Ordinal)));
        File.Delete(file);
        File.Delete(log);
    }

    private static Task<string> ReadUntilAsync(NodeProcess terminal, string text) =>
        terminal.ReadUntilAsync(line => line.Contains(text, StringComparison.Ordinal), Wait.Bound);

    private static async Task<int> ReadPidAsync(string file)
    {
        await Wait.UntilAsync(() => File.ReadAllText(file).EndsWith('\n'), "the process id");
        return int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture);
    }

    private NodeProcess StartOnTerminal(string script, string log = "/dev/null") =>
        CommandProcess.StartOnTerminal(log, script, ["watch", "--endpoint", _simulator.Endpoint]);
}
