using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

// exec on a terminal, which script(1) makes. What is written to script is typed.
public sealed class ExecTerminalTests : ExecFixture
{
    private const string CtrlC = "\u0003";
    private const string CtrlZ = "\u001a";

    [Test]
    public async Task Interactive_command_reads_the_terminal()
    {
        await using NodeProcess terminal = OnTerminal("$QUORUM sh -c 'echo ready; read x; echo got $x; exit 4'");
        await ReadAsync(terminal, "ready");
        await terminal.WriteLineAsync("word");
        await ReadAsync(terminal, "got word");
        Assert.That((await EndAsync(terminal)).ExitCode, Is.EqualTo(4));
    }

    [Test]
    public async Task Command_may_set_the_terminal()
    {
        await using NodeProcess terminal = OnTerminal("$QUORUM sh -c 'stty -echo && stty echo && echo set'");
        await ReadAsync(terminal, "set");
        Assert.That((await EndAsync(terminal)).ExitCode, Is.Zero);
    }

    [Test]
    public async Task Ctrl_c_is_one_sigint_and_nothing_more_before_the_grace()
    {
        await using NodeProcess terminal = OnTerminal($"$QUORUM --grace 500ms sh -c \"{Escaped(Stubborn)}\"");
        await StartedAsync(terminal);
        await terminal.WriteAsync(CtrlC);
        CommandResult end = await EndAsync(terminal);
        Assert.That(end.ExitCode, Is.EqualTo(137));
        Assert.That(end.Output.Split("int").Length - 1, Is.EqualTo(1), end.Output);
        Assert.That(end.Output, Does.Not.Contain("term"));
    }

    [Test]
    public async Task Third_ctrl_c_ends_the_grace()
    {
        await using NodeProcess terminal = OnTerminal($"$QUORUM --grace 1h sh -c \"{Escaped(Stubborn)}\"");
        await StartedAsync(terminal);
        await terminal.WriteAsync(CtrlC);
        await UntilAsync(terminal, "int");
        await terminal.WriteAsync(CtrlC);
        await UntilAsync(terminal, "term");
        await terminal.WriteAsync(CtrlC);
        Assert.That((await EndAsync(terminal)).ExitCode, Is.EqualTo(137));
        await NothingLivesAsync();
    }

    [Test]
    public async Task Ctrl_z_suspends_the_job_and_fg_continues_it_with_the_terminal()
    {
        await using NodeProcess terminal = OnTerminal("bash --norc -i");
        await terminal.WriteLineAsync("$QUORUM sh -c 'echo ready; read x; echo got $x'");
        await ReadAsync(terminal, "ready");
        await terminal.WriteAsync(CtrlZ);
        await UntilAsync(terminal, "Stopped");
        await terminal.WriteLineAsync("fg");
        // The job has the terminal when the shell shows its command line. Before that readline could take the word.
        await UntilAsync(terminal, "got $x'");
        await terminal.WriteLineAsync("word");
        await ReadAsync(terminal, "got word");
        await terminal.WriteLineAsync("echo back $((40+2))");
        await ReadAsync(terminal, "back 42");
        await terminal.WriteLineAsync("exit");
        await EndAsync(terminal);
        await NothingLivesAsync();
    }

    [Test]
    public async Task Loss_ends_an_interactive_command()
    {
        await using NodeProcess terminal = OnTerminal("$QUORUM sh -c 'echo ready; read x; echo got $x'");
        await ReadAsync(terminal, "ready");
        LoseQuorum();
        Assert.That((await EndAsync(terminal)).ExitCode, Is.EqualTo(1));
        await NothingLivesAsync();
    }

    private static string Escaped(string script) => script.Replace("$", "\\$", StringComparison.Ordinal);

    private static Task<string> UntilAsync(NodeProcess terminal, string text) =>
        terminal.ReadUntilAsync(line => line.EndsWith(text, StringComparison.Ordinal)
            || line.Contains(text + " ", StringComparison.Ordinal), Wait.Bound);

    // script(1) starts $SHELL. dash would stay as the parent of exec, and end by the terminal's SIGINT itself.
    private NodeProcess OnTerminal(string command) =>
        Start("env", "SHELL=/bin/sh", "script", "-qec", "exec " + command, "/dev/null");
}
