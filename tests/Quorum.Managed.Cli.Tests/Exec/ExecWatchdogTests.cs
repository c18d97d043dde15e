using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

// What happens to the command when exec or its guard can no longer do their work.
public sealed class ExecWatchdogTests : ExecFixture
{
    private const int Stop = 19;
    private const int Continue = 18;
    private const int TerminalStop = 20;

    [Test]
    public async Task Stopped_exec_stops_the_command()
    {
        await using NodeProcess exec = Exec(Obedient, "--max-staleness", "3s");
        await StartedAsync(exec);
        exec.Signal(Stop);
        await ReadAsync(exec, "term");
        exec.Signal(Continue);
        CommandResult end = await EndAsync(exec);
        Assert.That(end.ExitCode, Is.EqualTo(1), end.Error);
        await NothingLivesAsync();
    }

    [Test]
    public async Task Stopped_exec_does_not_save_a_command_that_ignores_sigterm()
    {
        await using NodeProcess exec = Exec(Stubborn, "--max-staleness", "3s", "--grace", "300ms");
        int command = await StartedAsync(exec);
        exec.Signal(Stop);
        await GoneAsync(command);
    }

    [Test]
    public async Task Killed_exec_leaves_nothing([Values(Obedient, Stubborn)] string script)
    {
        await using NodeProcess exec = Exec(script, "--grace", "300ms");
        await StartedAsync(exec);
        exec.Signal(NodeProcess.Kill);
        await NothingLivesAsync();
    }

    [Test]
    public async Task Killed_exec_leaves_nothing_that_left_the_group()
    {
        await using NodeProcess exec = Start(Words(
            ["--grace", "300ms"], "bash", "-c", "(setsid sh -c \"$1\" &); sleep 1000", "bash", Stubborn));
        await StartedAsync(exec);
        exec.Signal(NodeProcess.Kill);
        await NothingLivesAsync();
    }

    [Test]
    public async Task Killed_exec_that_waits_leaves_nothing()
    {
        LoseQuorum();
        await using NodeProcess exec = Exec("echo ran");
        await SaysAsync(exec, "still waiting");
        exec.Signal(NodeProcess.Kill);
        await NothingLivesAsync();
    }

    [Test]
    public async Task Killed_guard_leaves_nothing()
    {
        await using NodeProcess exec = Start(Words(
            [], "bash", "-c", "(setsid sh -c \"$1\" &); sleep 1000", "bash", Stubborn));
        await StartedAsync(exec);
        Kill(GuardOf(exec), NodeProcess.Kill);
        CommandResult end = await EndAsync(exec);
        Assert.That(end.ExitCode, Is.EqualTo(137), end.Error);
        await NothingLivesAsync();
    }

    [Test]
    public async Task Killed_guard_ends_the_wait()
    {
        LoseQuorum();
        await using NodeProcess exec = Exec("echo ran");
        await SaysAsync(exec, "still waiting");
        Kill(GuardOf(exec), NodeProcess.Kill);
        CommandResult end = await EndAsync(exec);
        Assert.That((end.ExitCode, end.Output), Is.EqualTo((2, "")), end.Error);
        await NothingLivesAsync();
    }

    [Test]
    public async Task Stopped_guard_is_continued_for_the_stop()
    {
        await using NodeProcess exec = Exec(Obedient);
        await StartedAsync(exec);
        Kill(GuardOf(exec), Stop);
        LoseQuorum();
        Assert.That((await EndAsync(exec)).ExitCode, Is.EqualTo(1));
        await NothingLivesAsync();
    }

    [Test]
    public async Task Signals_to_execs_group_spare_the_guard([Values(Stop, NodeProcess.Kill)] int signal)
    {
        await using NodeProcess exec = Start(
            ["setsid", .. Words(["--max-staleness", "3s"], "sh", "-c", Obedient)]);
        int command = await StartedAsync(exec);
        Kill(-exec.Pid, signal);
        await GoneAsync(command);
    }

    // With any --max-staleness: the answer that exec waits for comes soon.
    [Test]
    public async Task Suspended_exec_suspends_the_command_and_continues_it_with_quorum()
    {
        await using NodeProcess exec = Exec(
            "trap 'echo usr1' USR1; echo start $$; while :; do sleep 1000 & wait $!; done",
            "--max-staleness",
            "10m");
        int command = await StartedAsync(exec);
        exec.Signal(TerminalStop);
        await Wait.UntilAsync(() => StateOf(exec.Pid) == 'T' && StateOf(command) == 'T', "a stopped job");
        exec.Signal(Continue);
        await Wait.UntilAsync(() => StateOf(command) != 'T', "a command that goes on");
        exec.Signal((int)SignalNumber.User1);
        await ReadAsync(exec, "usr1");
    }

    [Test]
    public async Task Suspended_command_cannot_be_continued_behind_execs_back()
    {
        await using NodeProcess exec = Exec("echo start $$; while :; do sleep 1000 & wait $!; done");
        int command = await StartedAsync(exec);
        exec.Signal(TerminalStop);
        await Wait.UntilAsync(() => StateOf(exec.Pid) == 'T' && StateOf(command) == 'T', "a stopped job");
        Kill(command, Continue);
        await Wait.UntilAsync(() => StateOf(command) == 'T', "the command is stopped again");
    }

    [Test]
    public async Task Suspended_command_does_not_go_on_when_quorum_was_lost_meanwhile()
    {
        await using NodeProcess exec = Exec(Obedient);
        int command = await StartedAsync(exec);
        exec.Signal(TerminalStop);
        await Wait.UntilAsync(() => StateOf(exec.Pid) == 'T' && StateOf(command) == 'T', "a stopped job");
        LoseQuorum();
        exec.Signal(Continue);
        CommandResult end = await EndAsync(exec);
        Assert.That((end.ExitCode, end.Output), Is.EqualTo((1, "term\n")), end.Error);
        await NothingLivesAsync();
    }
}
