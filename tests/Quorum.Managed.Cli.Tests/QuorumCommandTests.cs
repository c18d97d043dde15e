namespace Quorum.Managed.Cli.Tests;

public sealed class QuorumCommandTests
{
    [TestCase("", "Required command")]
    [TestCase("frobnicate", "'frobnicate'")]
    [TestCase("status --bogus", "'--bogus'")]
    [TestCase("status extra", "'extra'")]
    [TestCase("status --timeout", "--timeout")]
    [TestCase("status --timeout soon", "'soon'")]
    [TestCase("check --timeout 0", "'0'")]
    [TestCase("check --endpoint nowhere", "'nowhere'")]
    [TestCase("watch --endpoint unix:relative", "'unix:relative'")]
    [TestCase("watch --shm-dir relative", "'relative'")]
    public async Task Invoke_wrong_usage_is_one_line_and_64(string line, string names)
    {
        CommandRun run = await CommandRun.InvokeAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(64));
            Assert.That(run.Out, Is.Empty);
            Assert.That(run.Error, Does.Match(@"\Aquorum: [^\n]+ Help: quorum [^\n]*--help\n\z").And.Contain(names));
        });
    }

    [Test]
    public async Task Invoke_bad_endpoint_in_the_environment_names_the_variable()
    {
        CommandRun run = await CommandRun.InvokeAsync(["status"], static name => name is "QUORUM_ENDPOINT" ? "nowhere" : null);

        Assert.That(run.ExitCode, Is.EqualTo(64));
        Assert.That(run.Error, Does.StartWith("quorum: QUORUM_ENDPOINT: 'nowhere'"));
    }

    [Test]
    public async Task Invoke_option_wins_over_the_environment()
    {
        CommandRun run = await CommandRun.InvokeAsync(["check", "--endpoint", CommandRun.NoSuchEndpoint], static _ => "nowhere");

        Assert.That(run.ExitCode, Is.EqualTo(2));
    }

    [TestCase("--help")]
    [TestCase("--version")]
    [TestCase("status --help")]
    [TestCase("watch -h")]
    public async Task Invoke_help_and_version_succeed(string line)
    {
        CommandRun run = await CommandRun.InvokeAsync(line.Split(' '));

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero);
            Assert.That(run.Out, Is.Not.Empty);
            Assert.That(run.Error, Is.Empty);
        });
    }

    [TestCase("status")]
    [TestCase("check")]
    [TestCase("watch")]
    [TestCase("watch --json")]
    public async Task Invoke_without_a_daemon_is_one_line_with_the_remedy_and_2(string line)
    {
        CommandRun run = await CommandRun.InvokeAsync([.. line.Split(' '), "--endpoint", CommandRun.NoSuchEndpoint]);

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Out, Is.Empty);
            Assert.That(run.Error, Does.Match(@"\Aquorum: [^\n]+\n\z").And.Contain("systemctl status corosync"));
        });
    }

    [TestCase("status")]
    [TestCase("check")]
    public async Task Invoke_json_without_a_daemon_still_prints_the_object(string command)
    {
        CommandRun run = await CommandRun.InvokeAsync([command, "--json", "--endpoint", CommandRun.NoSuchEndpoint]);

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Out, Does.StartWith("{\"state\":\"unknown\",\"quorate\":false,\"quorumType\":null,\"ringId\":null,\"members\":null,\"transport\":null,\"endpoint\":null,\"daemonPid\":null,\"error\":\"Nobody listens"));
            Assert.That(run.Out.Count(c => c == '\n'), Is.EqualTo(1));
            Assert.That(run.Error, Does.StartWith("quorum: Nobody listens"));
        });
    }

    [Test]
    public async Task Invoke_unexpected_exception_prints_no_stack_trace()
    {
        CommandRun run = await CommandRun.InvokeAsync(["status"], static _ => throw new InvalidOperationException("first\nsecond"));

        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Is.EqualTo("quorum: unexpected InvalidOperationException: first second\n"));
    }
}
