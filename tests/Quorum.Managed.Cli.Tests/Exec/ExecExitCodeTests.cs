using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

public sealed class ExecExitCodeTests : ExecFixture
{
    [TestCase("exit 0", 0)]
    [TestCase("exit 7", 7)]
    [TestCase("kill -9 $$", 137)]
    [TestCase("kill -15 $$", 143)]
    public async Task Command_that_ends_by_itself_gives_its_own_code(string script, int code)
    {
        CommandResult result = await RunAsync(Words([], "sh", "-c", script));
        Assert.That(result.ExitCode, Is.EqualTo(code), result.Error);
        await NothingLivesAsync();
    }

    [TestCase("no-such-command", 127, "no-such-command: not found")]
    [TestCase("/no/such/command", 127, "/no/such/command: not found")]
    [TestCase("/etc/passwd", 126, "/etc/passwd: cannot be run")]
    [TestCase("/etc", 126, "/etc: cannot be run")]
    [TestCase("", 127, "not found")]
    public async Task Command_that_cannot_be_run_gives_the_code_of_a_shell(string command, int code, string message)
    {
        CommandResult result = await RunAsync(Words([], command));
        Assert.That(result.ExitCode, Is.EqualTo(code), result.Error);
        Assert.That(result.Error, Does.Contain(message));
    }

    [Test]
    public async Task Script_without_first_line_is_run_by_the_shell()
    {
        string script = await ScriptAsync("script", "echo $1; exit 4\n");
        CommandResult result = await RunAsync(Words([], script, "word"));
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((4, "word\n")), result.Error);
    }

    [TestCase(1)]
    [TestCase(42, "--lost-exit-code", "42")]
    public async Task Loss_gives_its_code_whatever_the_command_answers(int code, params string[] options)
    {
        await using NodeProcess exec = Exec(Obedient, options);
        await StartedAsync(exec);
        LoseQuorum();
        await ReadAsync(exec, "term");
        CommandResult end = await EndAsync(exec);
        Assert.That(end.ExitCode, Is.EqualTo(code), end.Error);
        Assert.That(end.Error, Does.Contain("quorum lost"));
        await NothingLivesAsync();
    }

    [TestCase(1)]
    [TestCase(75, "--timeout-exit-code", "75")]
    public async Task Timeout_without_quorum_gives_its_code(int code, params string[] options)
    {
        LoseQuorum();
        CommandResult result = await RunAsync(Words(["--timeout", "6s", .. options], "echo", "ran"));
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((code, "")), result.Error);
        Assert.That(result.Error, Does.Contain("not quorate after 6 s"));
    }

    [Test]
    public async Task Timeout_without_daemon_is_unknown()
    {
        CommandResult result = await RunAsync(
            Program, "exec", "--endpoint", CommandRun.NoSuchEndpoint, "--timeout", "1s", "echo", "ran");
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((2, "")), result.Error);
    }

    [Test]
    public async Task Timeout_limits_the_settle_time_too()
    {
        CommandResult result = await RunAsync(Words(["--timeout", "6s", "--settle", "1h"], "echo", "ran"));
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((1, "")), result.Error);
    }

    [Test]
    public async Task Timeout_holds_when_quorum_is_lost_while_it_settles()
    {
        await using NodeProcess exec = Exec("echo ran", "--timeout", "6s", "--settle", "1h");
        LoseQuorum();
        CommandResult end = await EndAsync(exec);
        Assert.That((end.ExitCode, end.Output), Is.EqualTo((1, "")), end.Error);
    }

    [TestCase("exec")]
    [TestCase("exec", "--grace", "soon", "--", "true")]
    [TestCase("exec", "--max-staleness", "1ms", "--", "true")]
    [TestCase("exec", "--lost-exit-code", "256", "true")]
    [TestCase("exec", "--no-such-option", "true")]
    public async Task Wrong_arguments_are_a_usage_error(params string[] args)
    {
        CommandResult result = await RunAsync([Program, .. args]);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Usage), result.Error);
        Assert.That(result.Error, Does.Contain("Help: quorum"));
    }
}
