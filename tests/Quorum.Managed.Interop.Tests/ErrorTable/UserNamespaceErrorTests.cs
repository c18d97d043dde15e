using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// A process in a user namespace is refused: the message names the ids that the daemon sees, and with them it is let
/// in.
/// </summary>
[NonParallelizable]
public sealed class UserNamespaceErrorTests : ErrorTableFixture
{
    // As in a rootless container of uid 1000 whose subordinate ids begin at 100000.
    private const string Map = "0 1000 1\n1 100000 65536\n";

    [TestCase(null)]
    [TestCase(100999)]
    public async Task Refusal_names_the_ids_outside_and_they_are_let_in(int? allowed)
    {
        await using CorosyncCluster cluster =
            await CorosyncCluster.StartAsync(new() { Uids = allowed is { } uid ? [uid] : [] });
        CorosyncNode node = cluster.Node(1);
        await using NodeProcess keeper = node.Start("unshare", "--user", "bash", "-c", "echo ready; exec cat");
        await keeper.ReadUntilAsync(static line => line == "ready", Patience);
        string process = string.Create(CultureInfo.InvariantCulture, $"/proc/{keeper.Pid}");
        File.WriteAllText(process + "/uid_map", Map);
        File.WriteAllText(process + "/gid_map", Map);
        CommandResult result = await node.RunAsync(
            ["nsenter", $"--user={process}/ns/user", "-S", "1000", "-G", "1000", .. QuorumCli.Command("status")]);
        TestContext.Out.WriteLine(result);
        if (allowed is null)
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(
                result.Error,
                Does.Contain("uidgid { uid: 100999 }").And.Contain("gid: 100999").And.Contain("inside they are 1000"));
            Assert.That(node.Log, Does.Contain("100999:100999"), "the daemon's log");
        }
        else
        {
            Assert.That(result.ExitCode, Is.Zero, result.ToString());
        }
    }
}
