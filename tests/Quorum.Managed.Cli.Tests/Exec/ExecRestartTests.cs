using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

public sealed class ExecRestartTests : ExecFixture
{
    [Test]
    public async Task With_restart_the_command_runs_again_when_quorum_is_back()
    {
        await using NodeProcess exec = Exec(Obedient, "--restart");
        int first = await StartedAsync(exec);
        LoseQuorum();
        await ReadAsync(exec, "term");
        await GoneAsync(first);
        Simulator.Cluster.Heal();
        int second = await StartedAsync(exec);
        Assert.That(second, Is.Not.EqualTo(first));
        exec.Signal(NodeProcess.Terminate);
        await ReadAsync(exec, "term");
        Assert.That((await EndAsync(exec)).ExitCode, Is.Zero);
        await NothingLivesAsync();
    }

    [Test]
    public async Task With_restart_a_command_that_ends_by_itself_ends_exec()
    {
        CommandResult result = await RunAsync(Words(["--restart"], "sh", "-c", "exit 9"));
        Assert.That(result.ExitCode, Is.EqualTo(9), result.Error);
    }
}
