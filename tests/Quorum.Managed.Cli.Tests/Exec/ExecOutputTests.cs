using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

// Messages that cannot be written: exec stops the command first, and neither waits nor ends by its messages.
public sealed class ExecOutputTests : ExecFixture
{
    [TestCase("2>/dev/full", TestName = "Loss_with_a_full_device_as_standard_error")]
    [TestCase("2> >(:)", TestName = "Loss_with_a_closed_pipe_as_standard_error")]
    [TestCase("2>&9", TestName = "Loss_with_a_blocked_pipe_as_standard_error")]
    public async Task Loss_with_a_bad_standard_error(string redirection)
    {
        // A pipe that is full and that nobody reads.
        const string fill =
            "mkfifo $FOLDER/pipe; exec 9<>$FOLDER/pipe; dd if=/dev/zero bs=4096 count=16 >&9 2>/dev/null;";
        await using NodeProcess exec = InShell(
            $"{fill} exec $QUORUM -- sh -c \"$1\" {redirection}", "exec 2>/dev/null; " + Obedient);
        int command = await StartedAsync(exec);
        LoseQuorum();
        await ReadAsync(exec, "term");
        await GoneAsync(command);
        Assert.That((await EndAsync(exec)).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task Waiting_is_told_with_its_reason_and_again_when_the_reason_changes()
    {
        LoseQuorum();
        await using NodeProcess exec = Exec("echo ran");
        await SaysAsync(exec, "still waiting for quorum: this node is not quorate");
        Simulator.Cluster.Kill(1);
        await SaysAsync(exec, "Nobody listens");
    }

    [TestCase("1", "")]
    [TestCase("2", "2>&1")]
    public async Task Terminal_gets_no_escapes(string count, string redirection)
    {
        CommandResult result = await RunAsync(
            "script", "-qec", $"exec $QUORUM sh -c 'echo {count}' {redirection}", "/dev/null");
        Assert.That(result.Output, Does.Not.Contain("\u001b").And.Contain(count), result.Error);
    }
}
