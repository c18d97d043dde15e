using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

// On loss, every process of the command gets SIGTERM and its grace, and none lives on.
public sealed class ExecStopTests : ExecFixture
{
    // A process that is alone with its SIGTERM, and ends when a line comes from the pipe "end". $0 is its name.
    // timeout(1) sends SIGTERM once more. A sleep that is forked just after SIGTERM gets none: the trap ends it.
    private const string Service =
        "trap 'trap \"\" TERM; echo term $0; read -r line <$FOLDER/end; echo done $0; kill -9 $! 2>/dev/null; exit' " +
        "TERM; echo start $$; " +
        "while :; do sleep 1000 & wait $!; done";

    // Gives its output back, so that the end of exec's output is seen while it lives on.
    private const string Silent =
        "trap '' TERM; echo start $$; exec >/dev/null 2>&1; while :; do sleep 1000; done";

    [Test]
    public async Task Command_that_ignores_sigterm_is_killed_after_the_grace()
    {
        await using NodeProcess exec = Exec(Stubborn, "--grace", "300ms");
        await StartedAsync(exec);
        LoseQuorum();
        await ReadAsync(exec, "term");
        Assert.That((await EndAsync(exec)).ExitCode, Is.EqualTo(1));
        await NothingLivesAsync();
    }

    [Test]
    public async Task Command_that_ignores_sigterm_runs_on_during_the_grace()
    {
        await using NodeProcess exec = Exec(
            "trap 'echo term' TERM; trap 'echo usr1' USR1; echo start $$; while :; do sleep 1000 & wait $!; done",
            "--grace",
            "1h");
        await StartedAsync(exec);
        LoseQuorum();
        await ReadAsync(exec, "term");
        exec.Signal((int)SignalNumber.User1);
        await ReadAsync(exec, "usr1");
    }

    [TestCase("sh -c \"$1\" service & wait", TestName = "Grace_is_for_the_service_of_a_wrapper_that_ends_at_once")]
    [TestCase("setsid sh -c \"$1\" service & wait", TestName = "Grace_is_for_a_process_in_its_own_session")]
    [TestCase("(setsid sh -c \"$1\" service &) ; sleep 1000", TestName = "Grace_is_for_a_daemon_that_forked_twice")]
    [TestCase("timeout 1000 sh -c \"$1\" service", TestName = "Grace_is_for_what_timeout_runs")]
    [TestCase("set -m; sh -c \"$1\" service & wait", TestName = "Grace_is_for_a_job_in_its_own_group")]
    public async Task Grace_is_for_all(string script)
    {
        await MakePipeAsync("end");
        await using NodeProcess exec = Start(Words(["--grace", "1h"], "bash", "-c", script, "bash", Service));
        int service = await StartedAsync(exec);
        LoseQuorum();
        await ReadAsync(exec, "term service");
        Assert.That(IsAlive(service));
        await File.WriteAllTextAsync(Path.Combine(Folder, "end"), "end\n");
        await ReadAsync(exec, "done service");
        Assert.That((await EndAsync(exec)).ExitCode, Is.EqualTo(1));
        Assert.That(IsAlive(service), Is.False);
        await NothingLivesAsync();
    }

    [TestCase("setsid sh -c \"$1\" & setsid sh -c \"$1\" & wait")]
    [TestCase("(setsid setsid sh -c \"$1\" &); sleep 1000")]
    [TestCase("timeout 1000 sh -c \"$1\"")]
    [TestCase("sh -c \"$1\" & exec sleep 1000")]
    public async Task Descendant_that_ignores_sigterm_is_killed_wherever_it_is(string script)
    {
        await using NodeProcess exec = Start(Words(["--grace", "300ms"], "bash", "-c", script, "bash", Stubborn));
        await StartedAsync(exec);
        LoseQuorum();
        Assert.That((await EndAsync(exec)).ExitCode, Is.EqualTo(1));
        await NothingLivesAsync();
    }

    [Test]
    public async Task Command_that_forks_without_end_is_ended()
    {
        await using NodeProcess exec = Start(Words(
            ["--grace", "100ms"], "bash", "-c", "trap '' TERM; echo start $$; while :; do (setsid sleep 1 &); done"));
        await StartedAsync(exec);
        LoseQuorum();
        Assert.That((await EndAsync(exec)).ExitCode, Is.EqualTo(1));
        await NothingLivesAsync();
    }

    [Test]
    public async Task Stopped_command_gets_its_sigterm()
    {
        await using NodeProcess exec = Exec(Obedient);
        int command = await StartedAsync(exec);
        Kill(command, (int)SignalNumber.Stop);
        await Wait.UntilAsync(() => StateOf(command) == 'T', "a stopped command");
        LoseQuorum();
        await ReadAsync(exec, "term");
        Assert.That((await EndAsync(exec)).ExitCode, Is.EqualTo(1));
    }

    [TestCase("setsid sh -c \"$1\" service & read -r line <$FOLDER/go; exit 6")]
    [TestCase("sh -c \"$1\" service & read -r line <$FOLDER/go; exit 6")]
    public async Task What_the_command_leaves_behind_gets_the_grace_too(string script)
    {
        await MakePipeAsync("go");
        await MakePipeAsync("end");
        await using NodeProcess exec = Start(Words(["--grace", "1h"], "bash", "-c", script, "bash", Service));
        int service = await StartedAsync(exec);
        await File.WriteAllTextAsync(Path.Combine(Folder, "go"), "go\n");
        await ReadAsync(exec, "term service");
        Assert.That(IsAlive(service));
        await File.WriteAllTextAsync(Path.Combine(Folder, "end"), "end\n");
        await ReadAsync(exec, "done service");
        CommandResult end = await EndAsync(exec);
        Assert.That(end.ExitCode, Is.EqualTo(6), end.Error);
        await NothingLivesAsync();
    }

    [Test]
    public async Task Loss_right_after_the_start_leaves_nothing([Range(1, 8)] int attempt)
    {
        Simulator.Cluster.Partition([1], [2, 3]);
        await using NodeProcess exec = Exec("echo start $$; sleep 1000", "--grace", $"{attempt}s");
        await SaysAsync(exec, "still waiting");
        Simulator.Cluster.Heal();
        if (attempt > 1)
        {
            await StartedAsync(exec);
        }

        LoseQuorum();
        if (attempt > 1)
        {
            Assert.That((await EndAsync(exec)).ExitCode, Is.EqualTo(1));
        }
        else
        {
            // The loss may have come before the start. Then exec goes on waiting.
            exec.Signal(NodeProcess.Terminate);
            await EndAsync(exec);
        }

        await NothingLivesAsync();
    }

    [Test]
    public async Task Daemon_that_dies_stops_the_command()
    {
        await using NodeProcess exec = Exec(Obedient);
        await StartedAsync(exec);
        Simulator.Cluster.Kill(1);
        await ReadAsync(exec, "term");
        Assert.That((await EndAsync(exec)).ExitCode, Is.EqualTo(1));
        await NothingLivesAsync();
    }

    [Test]
    public async Task Process_that_may_not_be_signalled_is_told_with_its_own_code([Values] bool ownCode)
    {
        RequireRoot("to run a command as another user");

        // A program that becomes root for good: a user's exec may not signal it.
        string program = Path.Combine(Folder, "become-root");
        string[] prepare =
        [
            "sh", "-c", "cp $(command -v setpriv) $1 && chmod 4755 $1 && chmod 755 $FOLDER", "sh", program,
        ];
        Assert.That((await RunAsync(prepare)).ExitCode, Is.Zero);
        string[] options = ownCode ? ["--grace", "100ms", "--not-ended-exit-code", "99"] : ["--grace", "100ms"];
        string[] words = Words(options, program, "--reuid=0", "--regid=0", "--clear-groups", "sh", "-c", Silent);
        await using NodeProcess exec = Start(
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", .. words]);
        int command = await StartedAsync(exec);
        LoseQuorum();
        CommandResult end = await EndAsync(exec);
        Assert.That(end.ExitCode, Is.EqualTo(ownCode ? 99 : 125), end.Error);
        Assert.That(end.Error, Does.Contain("could not be ended").And.Contain("not permitted"));
        Assert.That(IsAlive(command), command.ToString(CultureInfo.InvariantCulture));
    }

    private async Task MakePipeAsync(string name) =>
        Assert.That((await RunAsync("mkfifo", Path.Combine(Folder, name))).ExitCode, Is.Zero);
}
