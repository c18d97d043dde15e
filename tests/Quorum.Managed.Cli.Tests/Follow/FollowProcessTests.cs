using Quorum.Managed.Testing;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

/// <summary>nodes and links with --follow, as processes beside a simulated cluster.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FollowProcessTests : IAsyncDisposable
{
    private const string LeaveScreen = "\e[?1049l";

    private readonly QuorumSimulator _simulator = QuorumSimulator.Start();

    public ValueTask DisposeAsync() => _simulator.DisposeAsync();

    [Test]
    public async Task Nodes_that_leave_and_come_back_are_one_line_each_and_a_signal_ends_with_0()
    {
        await using NodeProcess follow = Start("nodes", "--json");
        await ExpectAsync(follow, "{\"id\":3,\"name\":\"node3\",\"votes\":1,\"state\":\"member\"");
        _simulator.Cluster.Leave(3);
        string left = await ExpectAsync(follow, "\"id\":3");
        Assert.That(left, Does.Contain("\"state\":\"absent\"").And.EndWith(",\"change\":\"modified\"}"));
        _simulator.Cluster.Join(3);
        await ExpectAsync(follow, "\"state\":\"member\"");
        follow.Signal(NodeProcess.Interrupt);
        Assert.That((await follow.WaitAsync(Wait.Bound)).ExitCode, Is.Zero);
    }

    [Test]
    public async Task Link_that_is_cut_is_one_line_and_the_end_of_the_daemon_exits_2()
    {
        await using NodeProcess follow = Start("links");
        await ExpectAsync(follow, "NODE  NAME");
        await ExpectAsync(follow, "3     node3");
        _simulator.Cluster.SetLink(3, 0, connected: false);
        string cut = await ExpectAsync(follow, "modify>");
        Assert.That(cut, Does.StartWith("modify> 3  node3  0  yes  no  "));
        _simulator.Cluster.Kill(1);
        CommandResult end = await follow.WaitAsync(Wait.Bound);
        Assert.That(end.ExitCode, Is.EqualTo(2));
        Assert.That(end.Error, Does.Match(@"\Aquorum: [^\n]+\n\z"));
    }

    [TestCase("nodes", "member", "absent")]
    [TestCase("links", "yes", "no")]
    public async Task Terminal_gets_a_live_table_and_its_own_screen_back(string command, string before, string after)
    {
        await using NodeProcess terminal = CommandProcess.StartOnTerminal(
            "exec \"$@\"", command, "--follow", "--endpoint", _simulator.Endpoint);
        await ExpectAsync(terminal, before);
        _simulator.Cluster.Leave(3);
        await ExpectAsync(terminal, after);
        await ExpectAsync(terminal, "Ctrl-C ends");
        await terminal.WriteLineAsync("\x03");
        CommandResult end = await terminal.WaitAsync(Wait.Bound);
        Assert.That(end.ExitCode, Is.Zero, end.ToString());
        Assert.That(end.Output, Does.Contain(LeaveScreen));
    }

    [TestCase("nodes")]
    [TestCase("links")]
    public async Task No_daemon_exits_2_with_one_line(string command)
    {
        CommandRun run = await CommandRun.InvokeAsync(command, "--follow", "--endpoint", CommandRun.NoSuchEndpoint);
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Out, Is.Empty);
        Assert.That(run.Error, Does.Match(@"\Aquorum: [^\n]+\n\z"));
    }

    private static Task<string> ExpectAsync(NodeProcess process, string text) =>
        process.ReadUntilAsync(line => line.Contains(text, StringComparison.Ordinal), Wait.Bound);

    private NodeProcess Start(params string[] args) =>
        CommandProcess.Start([.. args, "--follow", "--endpoint", _simulator.Endpoint]);
}
