using System.Text.Json;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Cli.Tests;

/// <summary>The command against a corosync without model V1, of 2.x and of 3.0.x.</summary>
[TestFixture(true)]
[TestFixture(false)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public sealed class OldDaemonTests(bool is2x) : IDisposable
{
    private readonly RawOldDaemon _daemon = new(is2x);

    public void Dispose() => _daemon.Dispose();

    [Test]
    public async Task Status_shows_what_model_v0_tells()
    {
        CommandResult status = await RunAsync("status", "--json");
        JsonElement json = JsonDocument.Parse(status.Output).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(status.ExitCode, Is.Zero, status.Error);
            Assert.That(json.GetProperty("state").GetString(), Is.EqualTo("quorate"));
            Assert.That(json.GetProperty("ringId").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(json.GetProperty("ringSequence").GetInt32(), Is.EqualTo(8));
            Assert.That(json.GetProperty("members").GetRawText(), Is.EqualTo("[1,2,3]"));
            Assert.That(json.GetProperty("quorumType").GetString(), Is.EqualTo("set"));
            Assert.That(json.GetProperty("error").ValueKind, Is.EqualTo(JsonValueKind.Null));
        });
        AssertAlive();
    }

    [Test]
    public async Task Status_and_check_of_a_node_without_quorum_exit_1()
    {
        _daemon.Say(quorate: false, 12, 3);
        CommandResult status = await RunAsync("status");
        Assert.That(status.ExitCode, Is.EqualTo(1), status.Error);
        Assert.That(status.Output, Does.Contain("sequence 12").And.Match(@"members +3\n"));
        CommandResult check = await RunAsync("check");
        Assert.That(check.ExitCode, Is.EqualTo(1), check.Error);
        AssertAlive();
    }

    [Test]
    public async Task Status_whose_answer_contradicts_the_notification_is_a_changing_membership()
    {
        _daemon.Answer = false;
        _daemon.Say(quorate: true, 12, 1, 2);
        CommandResult no = await RunAsync("status");
        Assert.That(no.ExitCode, Is.EqualTo(1), no.Error);

        _daemon.Answer = true;
        _daemon.Say(quorate: false, 16, 3);
        CommandResult status = await RunAsync("status");
        Assert.That(status.ExitCode, Is.EqualTo(2), status.Output);
        Assert.That(status.Error, Does.Contain("the membership is changing"));
    }

    [Test]
    public async Task Watch_shows_each_notification_of_model_v0()
    {
        await using NodeProcess watch = CommandProcess.Start(["watch", "--json", "--endpoint", _daemon.Endpoint]);
        await ExpectAsync(watch, "\"connected\"");
        await ExpectAsync(
            watch, "\"quorate\":true,\"ringId\":null,\"ringSequence\":8,\"members\":[1,2,3]}");
        _daemon.Say(quorate: false, 12, 3);
        await ExpectAsync(watch, "\"quorate\":false,\"ringId\":null,\"ringSequence\":12,\"members\":[3]}");
        watch.Signal(NodeProcess.Terminate);
        Assert.That((await watch.WaitAsync(Wait.Bound)).ExitCode, Is.Zero);
        AssertAlive();
    }

    [Test]
    public async Task Wait_ends_when_the_node_becomes_quorate()
    {
        _daemon.Say(quorate: false, 12, 3);
        await using NodeProcess wait = CommandProcess.Start(["wait", "--endpoint", _daemon.Endpoint]);
        await Wait.UntilAsync(
            () => wait.Error.Contains("not quorate (ring sequence 12, members [3])", StringComparison.Ordinal),
            "the reason for the wait");
        _daemon.Say(quorate: true, 16, 1, 3);
        CommandResult end = await wait.WaitAsync(Wait.Bound);
        Assert.That(end.ExitCode, Is.Zero, end.Error);
        AssertAlive();
    }

    [Test]
    public async Task Exec_runs_the_command_and_stops_it_when_quorum_is_lost()
    {
        await using NodeProcess exec = CommandProcess.Start(
            ["exec", "--endpoint", _daemon.Endpoint, "--", "sh", "-c", "trap 'echo term; exit 0' TERM; echo start; " +
                "while :; do sleep 1000 & wait $!; done"]);
        await ExpectAsync(exec, "start");
        _daemon.Say(quorate: false, 12, 3);
        await ExpectAsync(exec, "term");
        CommandResult end = await exec.WaitAsync(Wait.Bound);
        Assert.That(end.ExitCode, Is.EqualTo(1), end.Error);
        AssertAlive();
    }

    [Test]
    public async Task Exec_strict_says_that_there_is_no_lease_and_what_works()
    {
        await using NodeProcess exec = CommandProcess.Start(
            ["exec", "--strict", "--timeout", "3s", "--endpoint", _daemon.Endpoint, "--", "echo", "start"]);
        CommandResult end = await exec.WaitAsync(Wait.Bound);
        Assert.Multiple(() =>
        {
            Assert.That(end.ExitCode, Is.EqualTo(2), end.Error);
            Assert.That(end.Output, Is.Empty);
            Assert.That(end.Error, Does.Contain("There is no lease").And.Contain("or leave out --strict"));
        });
        AssertAlive();
    }

    [Test]
    public async Task Model_v1_that_is_demanded_is_refused_and_the_message_names_the_option(
        [Values("status", "watch", "wait")] string command)
    {
        CommandResult result = await RunAsync(command, "--model", "v1", "--timeout", "3s");
        Assert.That(result.ExitCode, Is.EqualTo(2), result.Output);
        Assert.That(result.Error, Does.Contain("se --model v0").And.Not.Contain("QuorumModel"));
    }

    [Test]
    public async Task Model_v0_that_is_demanded_asks_for_nothing_else(
        [Values("status", "check", "wait")] string command)
    {
        CommandResult result = await RunAsync(command, "--model", "v0");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(_daemon.ModelRequests, Is.Zero);
    }

    private static Task<string> ExpectAsync(NodeProcess process, string text) =>
        process.ReadUntilAsync(line => line.Contains(text, StringComparison.Ordinal), Wait.Bound);

    private Task<CommandResult> RunAsync(string command, params string[] args) =>
        CommandProcess.EndAsync(CommandProcess.Start([command, "--endpoint", _daemon.Endpoint, .. args]));

    // A 2.x dies of what it does not know.
    private void AssertAlive() =>
        Assert.That(is2x ? _daemon.ModelRequests + _daemon.MapRequests : 0, Is.Zero, "a 2.x would have crashed");
}
