using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// <c>quorum exec --strict</c> at corosync's own timing: when another node has its first node list without this node,
/// the command is dead. QUORUM_LONG=1 in the environment repeats each fault.
/// </summary>
public sealed class ExecStrictTests : DefaultTimingFixture
{
    private const int Stop = 19;

    private static readonly int Rounds = Environment.GetEnvironmentVariable("QUORUM_LONG") is "1" ? 13 : 1;

    [TestCase("partition")]
    [TestCase("daemon killed")]
    [TestCase("daemon stopped")]
    [TestCase("partition, exec stopped")]
    public async Task Command_is_dead_before_the_others_go_on_without_this_node(string fault)
    {
        for (int round = 0; round < Rounds; round++)
        {
            await using NodeProcess exec = Cluster.Node(3).Start([Quorum, "exec", "--strict", "sh", "-c", Stubborn]);
            string line = await exec.ReadUntilAsync(
                static line => line.StartsWith("start", StringComparison.Ordinal), Patience);
            int command = int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
            await using NodeProcess watch = QuorumCli.StartWatch(Cluster.Node(1));
            await watch.ExpectAsync(Patience, "connected");
            try
            {
                await BreakAsync(fault, exec);
                await watch.ReadUntilAsync(
                    static line => QuorumCli.Story(line).StartsWith("NL [1 2]", StringComparison.Ordinal), Patience);
                Assert.That(File.Exists($"/proc/{command}/stat"), Is.False, $"round {round}: the command lives");
            }
            finally
            {
                await MendAsync(fault);
            }
        }
    }

    private async Task BreakAsync(string fault, NodeProcess exec)
    {
        switch (fault)
        {
            case "daemon killed":
                await Cluster.KillAsync(3);
                break;
            case "daemon stopped":
                await Cluster.PauseAsync(3);
                break;
            default:
                if (fault.EndsWith("exec stopped", StringComparison.Ordinal))
                {
                    exec.Signal(Stop);
                }

                await Cluster.PartitionAsync("1 2", "3");
                break;
        }
    }

    private async Task MendAsync(string fault)
    {
        switch (fault)
        {
            case "daemon killed":
                await Cluster.StartNodeAsync(3);
                break;
            case "daemon stopped":
                await Cluster.ContinueAsync(3);
                break;
            default:
                await Cluster.HealAsync();
                break;
        }

        await Cluster.WaitMembersAsync([1, 2, 3], quorate: true);
    }
}
