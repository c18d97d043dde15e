using System.Text.RegularExpressions;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>Tests of the test support itself, with native clients.</summary>
public sealed partial class HarnessTests : CorosyncFixture
{
    [Test]
    public async Task Flip_quorum_of_one_node_is_seen_each_time()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { QuorumDevice = true });
        using QuorumFlipper flipper = QuorumFlipper.ConnectTo(cluster.Node(1));
        using NativeQuorumHandle handle = NativeQuorumHandle.ConnectTo(cluster.Node(1));
        handle.TrackStart();
        handle.WaitForEvent(2, Patience);
        Assert.That(handle.Events.Select(e => e.Story), Is.EqualTo(new[] { "NL [1] j=[] l=[]", "Q 0 [1]" }));

        for (int i = 0; i < 200; i++)
        {
            bool quorate = i % 2 == 0;
            flipper.Flip(quorate);
            NativeEvent seen = handle.WaitForEvent(3 + i, Patience);
            Assert.That(seen.Story, Is.EqualTo(quorate ? "Q 1 [1]" : "Q 0 [1]"));
            Assert.That(handle.GetQuorate(), Is.EqualTo(quorate));
        }

        flipper.Flip(true);
        CommandResult status = await cluster.Node(1).RunAsync("corosync-quorumtool", "-s");
        Assert.That(status.Output, Does.Match("Quorate: +Yes"));
    }

    [Test]
    public async Task Partition_heal_kill_and_restart_give_the_native_sequences()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { Nodes = 3 });
        using NativeQuorumHandle first = NativeQuorumHandle.ConnectTo(cluster.Node(1));
        using NativeQuorumHandle third = NativeQuorumHandle.ConnectTo(cluster.Node(3));
        Story one = new(first);
        Story three = new(third);
        first.TrackStart();
        third.TrackStart();
        one.Expect("NL [1 2 3] j=[] l=[]", "Q 1 [1 2 3]");
        three.Expect("NL [1 2 3] j=[] l=[]", "Q 1 [1 2 3]");

        await cluster.PartitionAsync("1 2", "3");
        one.Expect("NL [1 2] j=[] l=[3]", "Q 1 [1 2]");
        three.Expect("NL [3] j=[] l=[1 2]", "Q 0 [3]");
        Assert.That(third.Events[^1].RingId.NodeId, Is.EqualTo(3));

        await cluster.HealAsync();
        one.Expect("NL [1 2 3] j=[3] l=[]", "Q 1 [1 2 3]");
        three.Expect("NL [1 2 3] j=[1 2] l=[]", "Q 1 [1 2 3]");
        Assert.That(third.Events[^1].RingId, Is.EqualTo(first.Events[^1].RingId));

        await cluster.KillAsync(3);
        one.Expect("NL [1 2] j=[] l=[3]", "Q 1 [1 2]");
        Assert.That(third.Dispatch(), Is.EqualTo(NativeError.Library));

        await cluster.StartNodeAsync(3);
        one.Expect("NL [1 2 3] j=[3] l=[]", "Q 1 [1 2 3]");
        await cluster.WaitMembersAsync([1, 2, 3], quorate: true);
    }

    [Test]
    public async Task Pause_of_a_node_makes_the_others_lose_it_until_it_continues()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { Nodes = 2 });
        using NativeQuorumHandle handle = NativeQuorumHandle.ConnectTo(cluster.Node(1));
        Story one = new(handle);
        handle.TrackStart();
        one.Expect("Q 1 [1 2]");

        await cluster.PauseAsync(2);
        one.Expect("NL [1] j=[] l=[2]", "Q 0 [1]");

        await cluster.ContinueAsync(2);
        one.Expect("NL [1 2] j=[2] l=[]", "Q 1 [1 2]");
    }

    [Test]
    public async Task Dispose_with_clients_and_dead_daemons_leaves_nothing()
    {
        CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { Nodes = 2 });
        using NativeQuorumHandle handle = NativeQuorumHandle.ConnectTo(cluster.Node(1));
        NodeProcess child = cluster.Node(2).Start("sh", "-c", "echo here; exec sleep infinity");
        Assert.That(await child.ReadLineAsync(Patience), Is.EqualTo("here"));
        await cluster.KillAsync(2);
        IReadOnlyList<int> daemons = cluster.DaemonPids;
        string[] namespaces = [.. cluster.Nodes.Select(node => node.NetworkNamespacePath)];
        Assert.That(LeakCheck.Take(daemons).SharedMemory, Is.Not.Empty);

        await cluster.DisposeAsync();

        Assert.Multiple(() =>
        {
            Assert.That(LeakCheck.Take(daemons).SharedMemory, Is.Empty);
            Assert.That(namespaces.Where(File.Exists), Is.Empty);
            Assert.That(daemons.Where(pid => Directory.Exists($"/proc/{pid}")), Is.Empty);
            Assert.That(Directory.Exists(cluster.StateDirectory), Is.False);
        });
        Assert.That((await child.WaitAsync(Patience)).ExitCode, Is.EqualTo(128 + NodeProcess.Kill));
    }

    [Test]
    public async Task Start_without_provider_answers_quorum_type_free()
    {
        await using CorosyncCluster cluster =
            await CorosyncCluster.StartAsync(new() { Provider = ClusterProvider.None });
        using NativeQuorumHandle handle = NativeQuorumHandle.ConnectTo(cluster.Node(1));
        Assert.That(handle.QuorumType, Is.Zero);
    }

    [Test]
    public async Task Run_in_the_node_answers_output_error_and_exit_code()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        CommandResult result = await cluster.Node(1).RunAsync("sh", "-c", "echo out; echo err >&2; exit 7");
        Assert.That(result, Is.EqualTo(new CommandResult(7, "out\n", "err\n")));
    }

    // The tools print the version of the package that they come from.
    [Test]
    public async Task Daemon_and_tools_are_those_of_the_chroot_that_the_environment_names()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        string? chroot = cluster.Options.Chroot;
        string root = string.IsNullOrEmpty(chroot) ? "/" : chroot;
        CommandResult daemon = await cluster.Node(1).RunAsync("corosync", "-v");
        CommandResult tool = await cluster.Node(1).RunAsync("corosync-quorumtool", "-V");
        CommandResult wanted = await RunAsync("chroot", root, "/usr/sbin/corosync", "-v");
        TestContext.Out.WriteLine($"{root}: {wanted.Output}");
        Assert.That(File.ResolveLinkTarget($"/proc/{cluster.Node(1).Pid}/root", false)!.FullName, Is.EqualTo(root));
        Assert.That(daemon.Output, Is.EqualTo(wanted.Output));
        Assert.That(Version(tool), Is.EqualTo(Version(daemon)));

        static string Version(CommandResult result) => Versions().Match(result.Output).Value;
        static async Task<CommandResult> RunAsync(params string[] command)
        {
            await using NodeProcess process = NodeProcess.Start(command, [], keepOutput: true);
            return await process.WaitAsync(Patience);
        }
    }

    [GeneratedRegex(@"\d+\.\d+\.\d+", RegexOptions.NonBacktracking)]
    private static partial Regex Versions();

    /// <summary>A position in the events of a handle.</summary>
    private sealed class Story(NativeQuorumHandle handle)
    {
        private int _position;

        // Other events may come in between: corosync also tells a membership that the next one soon replaces.
        public void Expect(params string[] stories)
        {
            foreach (string story in stories)
            {
                _position = handle.WaitForEvent(e => e.Story == story, _position, Patience);
            }
        }
    }
}
