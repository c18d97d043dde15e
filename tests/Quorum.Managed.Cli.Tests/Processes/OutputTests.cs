using Quorum.Managed.Testing;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

// An answer is an answer: what cannot be printed changes no exit code, except that of status, whose output it is.
[Parallelizable(ParallelScope.All)]
public sealed class OutputTests
{
    private static readonly string[] Outputs =
    [
        ">/dev/full", "2>/dev/full", ">/dev/full 2>&1",
        ">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-",
        "> >(exec true); wait", ">PIPE", "2>PIPE", ">PIPE 2>&1",
    ];

    private QuorumSimulator _quorate = null!;
    private QuorumSimulator _inquorate = null!;
    private FullPipe _pipe = null!;

    [OneTimeSetUp]
    public async Task StartSimulators()
    {
        _quorate = QuorumSimulator.Start();
        _inquorate = QuorumSimulator.Start();
        _inquorate.Cluster.Partition([1], [2, 3]);
        _pipe = await FullPipe.CreateAsync();
    }

    [OneTimeTearDown]
    public async Task StopSimulators()
    {
        await _quorate.DisposeAsync();
        await _inquorate.DisposeAsync();
        _pipe.Dispose();
    }

    [TestCaseSource(nameof(Outputs))]
    public async Task Check_has_its_exit_code_whatever_happens_to_its_output(string output)
    {
        Assert.That(await RunAsync(output, "check", "--endpoint", _quorate.Endpoint), Is.Zero);
        Assert.That(await RunAsync(output, "check", "--json", "--endpoint", _inquorate.Endpoint), Is.EqualTo(1));
        Assert.That(await RunAsync(output, "check", "--endpoint", CommandRun.NoSuchEndpoint), Is.EqualTo(2));
    }

    [TestCaseSource(nameof(Outputs))]
    public async Task Usage_errors_have_their_exit_code_whatever_happens_to_their_output(string output) =>
        Assert.That(await RunAsync(output, "frobnicate"), Is.EqualTo(64));

    [TestCaseSource(nameof(Outputs))]
    public async Task Wait_has_its_exit_code_whatever_happens_to_its_output(string output) =>
        Assert.That(
            await RunAsync(output, "wait", "--timeout", "1500ms", "--endpoint", CommandRun.NoSuchEndpoint),
            Is.EqualTo(2));

    [TestCase(">/dev/full", ExpectedResult = 2)]
    [TestCase(">PIPE", ExpectedResult = 2)]
    [TestCase(">PIPE 2>&1", ExpectedResult = 2)]
    [TestCase("2>/dev/full", ExpectedResult = 0)]
    [TestCase("> >(exec true); wait", ExpectedResult = 0)]
    public async Task<int> Status_is_no_success_when_nothing_could_be_read(string output) =>
        await RunAsync(output, "status", "--endpoint", _quorate.Endpoint);

    [Test]
    public async Task Check_on_a_terminal_that_hung_up_has_its_exit_code()
    {
        string file = Path.GetTempFileName();
        await using NodeProcess terminal = CommandProcess.StartOnTerminal(
            $"trap '' HUP; kill -9 $PPID; while (: >/dev/tty) 2>/dev/null; do :; done; \"$@\"; echo $? >{file}.end; "
                + $"mv {file}.end {file}",
            "check",
            "--endpoint",
            _inquorate.Endpoint);
        await Wait.UntilAsync(() => new FileInfo(file).Length > 0, "the exit code");
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("1\n"));
        File.Delete(file);
    }

    [Test]
    public async Task Files_that_others_write_to_are_appended_to()
    {
        string file = Path.GetTempFileName();
        await CommandProcess.RunInShellAsync(
            $"{{ echo before; \"$@\"; echo after; }} >{file}", "check", "--endpoint", _quorate.Endpoint);
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("before\nquorate\nafter\n"));
        File.Delete(file);
    }

    // The shell adds 128 to the number of a signal: 134 is an unhandled exception.
    private async Task<int> RunAsync(string output, params string[] args)
    {
        string redirected = output.Replace("PIPE", _pipe.Path, StringComparison.Ordinal);
        int semicolon = redirected.IndexOf(';', StringComparison.Ordinal);
        string script = semicolon < 0
            ? $"\"$@\" {redirected}"
            : $"\"$@\" {redirected[..semicolon]}; code=$?{redirected[semicolon..]}; exit $code";
        return (await CommandProcess.RunInShellAsync(script, args)).ExitCode;
    }
}
