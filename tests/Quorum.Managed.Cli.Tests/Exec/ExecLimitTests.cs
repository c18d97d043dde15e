using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

public sealed class ExecLimitTests : ExecFixture
{
    [Test]
    public async Task Little_address_space_does_not_keep_it_from_stopping()
    {
        await using NodeProcess exec = InShell("ulimit -v 6000000; exec $QUORUM -- sh -c \"$1\"", Obedient);
        await StartedAsync(exec);
        LoseQuorum();
        await ReadAsync(exec, "term");
        Assert.That((await EndAsync(exec)).ExitCode, Is.EqualTo(1));
        await NothingLivesAsync();
    }

    [Test]
    public async Task Command_that_uses_up_all_processes_is_stopped()
    {
        RequireRoot("to run as a user of its own");

        // A user of this test alone: others' processes would count too. The command forks until it gets EAGAIN.
        const string greedy =
            "trap '' TERM; (while :; do sleep 1000 & done) 2>/dev/null; echo start $$; exec sleep 1000";
        await using NodeProcess exec = Start(
            ["setpriv", "--reuid=64023", "--regid=64023", "--clear-groups", "bash", "-c",
                "ulimit -u 120; exec $QUORUM --grace 100ms dash -c \"$1\"", "bash", greedy]);
        await StartedAsync(exec);
        LoseQuorum();
        CommandResult end = await EndAsync(exec);
        Assert.That(end.ExitCode, Is.EqualTo(1), end.Error);
        await NothingLivesAsync();
    }

    [Test]
    public async Task Too_few_processes_show_before_there_is_quorum()
    {
        RequireRoot("to run as a user of its own");

        LoseQuorum();
        CommandResult result = await RunAsync(
            "setpriv", "--reuid=64022", "--regid=64022", "--clear-groups", "prlimit", "--nproc=3:3", "bash", "-c",
            "exec $QUORUM --timeout 20s echo ran");
        Assert.That(result.ExitCode, Is.Not.Zero);
        Assert.That(result.Output, Is.Empty);
    }
}
