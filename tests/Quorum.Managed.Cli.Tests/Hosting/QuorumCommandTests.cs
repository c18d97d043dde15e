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
    [TestCase("check --timeout -1", "'-1'")]
    [TestCase("check --timeout 1e9h", "'1e9h'")]
    [TestCase("wait --timeout 1000000000h", "'1000000000h'")]
    [TestCase("check --timeout NaN", "'NaN'")]
    [TestCase("check --timeout 1s --timeout 2s", "'--timeout'")]
    [TestCase("status --endpoint=", "'--endpoint'")]
    [TestCase("status --endpoint abstract:", "'abstract:'")]
    [TestCase("check @file", "'@file'")]
    [TestCase("[suggest]", "'[suggest]'")]
    [TestCase("[diagram] check", "'[diagram]'")]
    public async Task Invoke_with_wrong_usage_is_one_line_and_64(string line, string names)
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
    public async Task Invoke_with_words_that_are_long_or_no_text_is_one_short_line_and_64()
    {
        string word = "\e[31m\n\0" + new string('x', 100_000);
        CommandRun run = await CommandRun.InvokeAsync("check", "--endpoint", word);

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(64));
            Assert.That(run.Error, Does.Match(@"\Aquorum: [^\n]+ Help: quorum check --help\n\z"));
            Assert.That(run.Error, Has.Length.LessThan(1000).And.Not.Contains('\e').And.Not.Contains('\0'));
        });
    }

    [TestCase("--help")]
    [TestCase("--version")]
    [TestCase("status --help")]
    [TestCase("watch -h")]
    [TestCase("check --help")]
    [TestCase("wait --help")]
    [TestCase("exec --help")]
    [TestCase("simulate --help")]
    [TestCase("demo --help")]
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
        CommandRun run = await CommandRun.InvokeAsync(command, "--json", "--endpoint", CommandRun.NoSuchEndpoint);

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Out, Does.StartWith("""{"state":"unknown","quorate":false,"""));
            Assert.That(run.Out, Does.Contain(""","daemonPid":null,"error":"Nobody listens"""));
            Assert.That(run.Out.Count(c => c == '\n'), Is.EqualTo(1));
            Assert.That(run.Error, Does.StartWith("quorum: Nobody listens"));
        });
    }

    [TestCase("status")]
    [TestCase("check")]
    [TestCase("nodes")]
    [TestCase("map")]
    public async Task Invoke_accepts_a_time_limit_of_days(string command)
    {
        CommandRun run = await CommandRun.InvokeAsync(
            command, "--timeout", "500h", "--endpoint", CommandRun.NoSuchEndpoint);

        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.StartWith("quorum: Nobody listens"));
    }

    [Test]
    public async Task Invoke_with_an_unexpected_exception_prints_no_stack_trace()
    {
        using BrokenWriter output = new(new InvalidOperationException("first\nsecond"));
        CommandRun run = await CommandRun.InvokeAsync(["--help"], host => host with { Out = output });

        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Is.EqualTo("quorum: unexpected InvalidOperationException: first second\n"));
    }

    [Test]
    public async Task Invoke_whose_reader_has_left_is_done()
    {
        const int BrokenPipe = 32;
        using BrokenWriter output = new(new IOException("Broken pipe", BrokenPipe));
        CommandRun run = await CommandRun.InvokeAsync(["--help"], host => host with { Out = output });

        Assert.That((run.ExitCode, run.Error), Is.EqualTo((0, string.Empty)));
    }

    [Test]
    public async Task Invoke_whose_output_is_full_is_one_line_and_2()
    {
        using BrokenWriter output = new(new IOException("No space left on device"));
        CommandRun run = await CommandRun.InvokeAsync(["--help"], host => host with { Out = output });

        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Is.EqualTo("quorum: the output could not be written: No space left on device\n"));
    }

    private sealed class BrokenWriter(Exception error) : StringWriter
    {
        public override void Write(char value) => throw error;

        public override void Write(string? value) => throw error;
    }
}
