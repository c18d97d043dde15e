using Quorum.Managed.Testing;

namespace Quorum.Managed.Cli.Tests;

public sealed class WaitCommandTests
{
    [Test]
    public async Task Wait_with_quorum_is_done()
    {
        await using QuorumSimulator simulator = QuorumSimulator.Start();
        CommandRun run = await CommandRun.InvokeAsync("wait", "--endpoint", simulator.Endpoint, "--timeout", "20s");
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Done), run.Error);
    }

    [Test]
    public async Task Wait_without_quorum_is_not_quorate()
    {
        await using QuorumSimulator simulator = QuorumSimulator.Start();
        simulator.Cluster.Partition([1], [2, 3]);
        CommandRun run = await CommandRun.InvokeAsync("wait", "--endpoint", simulator.Endpoint, "--timeout", "1s");
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.NotQuorate), run.Error);
    }

    [Test]
    public async Task Wait_without_a_daemon_is_unknown()
    {
        CommandRun run = await CommandRun.InvokeAsync(
            "wait", "--endpoint", CommandRun.NoSuchEndpoint, "--timeout", "300ms");
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Unknown));
        Assert.That(run.Error, Does.StartWith("quorum: not quorate after 300 ms: unknown"));
    }

    [Test]
    public async Task Wait_with_a_wrong_timeout_is_a_usage_error() =>
        Assert.That((await CommandRun.InvokeAsync("wait", "--timeout", "0")).ExitCode, Is.EqualTo(ExitCodes.Usage));
}
