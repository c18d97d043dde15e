using System.Diagnostics;
using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// <c>quorum check</c>, again and again, on a node whose daemon was stopped, excluded by the others and continued. It
/// has one look at the daemon, and must not take the daemon's old answer for a yes.
/// </summary>
public sealed class SingleShotTests : CorosyncFixture
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task Check_never_says_yes_between_the_wake_and_the_truth(bool cut)
    {
        await using CorosyncCluster cluster =
            await CorosyncCluster.StartAsync(new() { Nodes = 3, DefaultTiming = true });
        Assert.That((await QuorumCli.RunAsync(cluster.Node(3), "check")).ExitCode, Is.Zero);
        await cluster.PauseAsync(3);
        if (cut)
        {
            await cluster.PartitionAsync("1 2", "3");
        }

        await cluster.WaitMembersAsync([1, 2], quorate: true);
        long woken = Stopwatch.GetTimestamp();
        await cluster.ContinueAsync(3);
        List<string> answers = [];
        for (int code = 2; code != (cut ? 1 : 0) && Stopwatch.GetElapsedTime(woken) < LeaseCluster.Bound;)
        {
            CommandResult check = await QuorumCli.RunAsync(cluster.Node(3), "check");
            code = check.ExitCode;
            double seconds = Stopwatch.GetElapsedTime(woken).TotalSeconds;
            answers.Add(string.Create(CultureInfo.InvariantCulture, $"{seconds:F2} s: {code} {check.Error.Trim()}"));
            if (code == 0)
            {
                // With the links up the yes may be of the new ring of all nodes.
                QuorumTool one = await QuorumTool.RunAsync(cluster.Node(1));
                QuorumTool three = await QuorumTool.RunAsync(cluster.Node(3));
                Assert.That(cut, Is.False, "a yes of the cut-off node: " + string.Join('\n', answers));
                Assert.That(three.RingId, Is.EqualTo(one.RingId), string.Join('\n', answers));
            }
        }

        await TestContext.Progress.WriteLineAsync(string.Join('\n', answers));
        Assert.That(answers[^1], Does.Contain(cut ? " s: 1" : " s: 0"));
    }

    [Test]
    public async Task A_survivor_keeps_its_yes_while_another_node_dies()
    {
        await using CorosyncCluster cluster =
            await CorosyncCluster.StartAsync(new() { Nodes = 3, DefaultTiming = true });
        await cluster.KillAsync(3);
        Task survivors = cluster.WaitMembersAsync([1, 2], quorate: true);
        List<string> answers = [];
        do
        {
            CommandResult check = await QuorumCli.RunAsync(cluster.Node(1), "check");
            answers.Add($"{check.ExitCode} {check.Error.Trim()}");
        }
        while (!survivors.IsCompleted);

        await survivors;
        answers.Add($"{(await QuorumCli.RunAsync(cluster.Node(1), "check")).ExitCode} ");
        await TestContext.Progress.WriteLineAsync($"{answers.Count} answers of a survivor");
        Assert.That(answers, Is.All.EqualTo("0 "), string.Join('\n', answers.Distinct()));
    }
}
