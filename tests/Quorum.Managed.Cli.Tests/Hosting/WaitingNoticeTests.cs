using Quorum.Managed.Testing;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

// What stderr says while quorum is awaited.
public sealed class WaitingNoticeTests
{
    [Test]
    public async Task Wait_says_why_it_waits_and_says_it_again_when_the_reason_changes()
    {
        string endpoint = "abstract:quorum-test-" + Guid.NewGuid().ToString("N");
        await using NodeProcess wait = CommandProcess.Start("wait", "--endpoint", endpoint);
        await Wait.UntilAsync(() => Lines(wait).Length == 1, "a line");
        Assert.That(Lines(wait)[0], Does.StartWith("quorum: still waiting for quorum: Nobody listens"));

        await using QuorumSimulator simulator = QuorumSimulator.Start(new()
        {
            Address = QuorumEndpoint.Parse(endpoint).Addresses[0],
        });
        simulator.Cluster.Partition([1], [2, 3]);
        await Wait.UntilAsync(
            () => Lines(wait)[^1].Contains("this node is not quorate (ring 1.", StringComparison.Ordinal),
            "the new reason");

        simulator.Cluster.Heal();
        CommandResult end = await wait.WaitAsync(Wait.Bound);
        Assert.That(end.ExitCode, Is.Zero, end.Error);
    }

    [Test]
    public void Reason_of_a_quorate_node_is_none() =>
        Assert.That(WaitingNotice.ReasonOf(new QuorumSnapshot { State = QuorumState.Quorate }), Is.Null);

    [TestCase(QuorumUnknownReason.Settling, "has yet to prove")]
    [TestCase(QuorumUnknownReason.Stale, "does not answer")]
    [TestCase(QuorumUnknownReason.Starting, "has not answered yet")]
    [TestCase(QuorumUnknownReason.Disconnected, "has not answered yet")]
    public void Reason_of_an_unknown_state_says_what_is_missing(QuorumUnknownReason reason, string text) =>
        Assert.That(
            WaitingNotice.ReasonOf(new QuorumSnapshot { State = QuorumState.Unknown, UnknownReason = reason }),
            Does.Contain(text));

    private static string[] Lines(NodeProcess process) =>
        process.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
