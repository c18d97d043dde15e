using System.Diagnostics;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

public sealed class ExecSignalTests : ExecFixture
{
    // Counts a signal, and prints the count when another process asks for it by SIGALRM.
    private const string Counter =
        "n=0; trap 'n=$((n+1)); echo got $n' $0; trap 'echo count $n' ALRM; echo start $$; " +
        "while :; do sleep 1000 & wait $!; done";

    [TestCase("HUP", 1)]
    [TestCase("QUIT", 3)]
    [TestCase("USR1", 10)]
    [TestCase("USR2", 12)]
    [TestCase("WINCH", 28)]
    [TestCase("RTMIN+6", 40)]
    public async Task Signal_reaches_the_command_once(string name, int number)
    {
        await using NodeProcess exec = Start(Words([], "bash", "-c", Counter, name));
        int command = await StartedAsync(exec);
        exec.Signal(number);
        await ReadAsync(exec, "got 1");
        Kill(command, 14);
        await ReadAsync(exec, "count 1");
        exec.Signal(number);
        await ReadAsync(exec, "got 2");
    }

    [Test]
    public async Task Sigterm_is_passed_on_and_the_commands_own_code_reported([Values(0, 3)] int code)
    {
        await using NodeProcess exec = Exec(Obedient.Replace("exit 0", $"exit {code}", StringComparison.Ordinal));
        await StartedAsync(exec);
        exec.Signal(NodeProcess.Terminate);
        await ReadAsync(exec, "term");
        Assert.That((await EndAsync(exec)).ExitCode, Is.EqualTo(code));
        await NothingLivesAsync();
    }

    [Test]
    public async Task Sigterm_that_is_ignored_ends_in_sigkill_after_the_grace()
    {
        await using NodeProcess exec = Exec(Stubborn, "--grace", "300ms");
        await StartedAsync(exec);
        exec.Signal(NodeProcess.Terminate);
        await ReadAsync(exec, "term");
        Assert.That((await EndAsync(exec)).ExitCode, Is.EqualTo(137));
        await NothingLivesAsync();
    }

    [Test]
    public async Task Sigint_is_all_that_comes_before_the_grace()
    {
        await using NodeProcess exec = Exec(Stubborn, "--grace", "500ms");
        await StartedAsync(exec);
        exec.Signal(NodeProcess.Interrupt);
        CommandResult end = await EndAsync(exec);
        Assert.That((end.ExitCode, end.Output), Is.EqualTo((137, "int\n")), end.Error);
        await NothingLivesAsync();
    }

    [Test]
    public async Task Second_sigint_becomes_sigterm_and_the_third_ends_the_grace()
    {
        await using NodeProcess exec = Exec(Stubborn, "--grace", "1h");
        await StartedAsync(exec);
        exec.Signal(NodeProcess.Interrupt);
        await ReadAsync(exec, "int");
        await PressAgainAsync(exec);
        await ReadAsync(exec, "term");
        await PressAgainAsync(exec);
        Assert.That((await EndAsync(exec)).ExitCode, Is.EqualTo(137));
        await NothingLivesAsync();
    }

    [Test]
    public async Task Quorum_lost_after_sigint_sends_sigterm()
    {
        await using NodeProcess exec = Exec(Stubborn, "--grace", "1h");
        await StartedAsync(exec);
        exec.Signal(NodeProcess.Interrupt);
        await ReadAsync(exec, "int");
        LoseQuorum();
        await ReadAsync(exec, "term");
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(15)]
    public async Task Signal_while_it_waits_ends_it(int signal)
    {
        LoseQuorum();
        await using NodeProcess exec = Exec("echo ran");
        await SaysAsync(exec, "still waiting");
        exec.Signal(signal);
        CommandResult end = await EndAsync(exec);
        Assert.That((end.ExitCode, end.Output), Is.EqualTo((128 + signal, "")), end.Error);
        await NothingLivesAsync();
    }

    [Test]
    public async Task Hang_up_that_was_ignored_at_the_start_ends_nothing()
    {
        LoseQuorum();
        await using NodeProcess exec = InShell("trap '' HUP; exec $QUORUM echo ran");
        await SaysAsync(exec, "still waiting");
        exec.Signal((int)SignalNumber.HangUp);
        Simulator.Cluster.Heal();
        CommandResult end = await EndAsync(exec);
        Assert.That((end.ExitCode, end.Output), Is.EqualTo((0, "ran\n")), end.Error);
    }

    [Test]
    public async Task Signal_for_the_command_before_there_is_one_does_nothing()
    {
        LoseQuorum();
        await using NodeProcess exec = InShell("exec $QUORUM echo ran");
        await SaysAsync(exec, "still waiting");
        exec.Signal((int)SignalNumber.User1);
        Simulator.Cluster.Heal();
        CommandResult end = await EndAsync(exec);
        Assert.That((end.ExitCode, end.Output), Is.EqualTo((0, "ran\n")), end.Error);
    }

    [Test]
    public async Task As_first_process_of_a_container_it_ends_on_sigterm([Values] bool running)
    {
        RequireRoot("for a namespace of processes");

        if (!running)
        {
            LoseQuorum();
        }

        await using NodeProcess exec = Start(
            ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child", .. Words([], "sh", "-c", Obedient)]);
        await (running ? StartedAsync(exec) : SaysAsync(exec, "still waiting"));
        int first = Living().Single(
            process => process != exec.Pid && File.ReadAllText($"/proc/{process}/comm") == "quorum\n");
        Kill(first, NodeProcess.Terminate);
        Assert.That((await EndAsync(exec)).ExitCode, Is.EqualTo(running ? 0 : 143));
        await NothingLivesAsync();
    }

    // Signals of a process that come within 100 ms count as one. exec has had the last one before the caller read its
    // effect, so a signal after this pause counts as a new one.
    private static async Task PressAgainAsync(NodeProcess exec)
    {
        Stopwatch sinceEffect = Stopwatch.StartNew();
        await Wait.UntilAsync(() => sinceEffect.ElapsedMilliseconds > 100, "the end of the pause");
        exec.Signal(NodeProcess.Interrupt);
    }
}
