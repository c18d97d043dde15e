using Quorum.Managed.Testing;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

// Limits of the shell that starts the command. Below some of them .NET itself cannot start, and ends with a code of its
// own, which must be neither of the two answers.
[Parallelizable(ParallelScope.All)]
public sealed class LimitTests
{
    private QuorumSimulator _simulator = null!;

    [OneTimeSetUp]
    public void StartSimulator() => _simulator = QuorumSimulator.Start();

    [OneTimeTearDown]
    public async Task StopSimulator() => await _simulator.DisposeAsync();

    [TestCase("ulimit -v 4000000")]
    [TestCase("ulimit -n 256")]
    [TestCase("export DOTNET_EnableWriteXorExecute=0; ulimit -f 0")]
    [TestCase("export DOTNET_EnableWriteXorExecute=0; ulimit -f 0; exec >/dev/full 2>&1")]
    [TestCase("trap '' PIPE CHLD INT TERM HUP")]
    public async Task Commands_work_within_the_limits(string limits)
    {
        CommandResult yes = await RunAsync(limits, "check", "--endpoint", _simulator.Endpoint);
        Assert.That(yes.ExitCode, Is.Zero, yes.ToString());
        CommandResult unknown = await RunAsync(limits, "check", "--endpoint", CommandRun.NoSuchEndpoint);
        Assert.That(unknown.ExitCode, Is.EqualTo(2), unknown.ToString());
    }

    [TestCase("ulimit -v 200000")]
    [TestCase("ulimit -v 1000000")]
    [TestCase("ulimit -f 0")]
    public Task Where_dotnet_cannot_start_there_is_no_answer(string limits) => ExpectErrorAsync(limits);

    // At some of these, one file more or less decides whether the next thread can be started, or the next library be
    // loaded.
    [Test]
    public async Task Where_files_are_few_there_is_no_answer([Range(8, 80)] int files)
    {
        string limit = $"ulimit -n {files}";
        await ExpectErrorAsync(limit);
        await ExpectErrorAsync(limit, "status", "--json");
        await ExpectErrorAsync(limit, "exec", "--timeout", "100ms");
    }

    private static async Task ExpectErrorAsync(string limits, params string[] command)
    {
        string[] words = command is [] ? ["check"] : command;
        string[] end = words is ["exec", ..] ? ["--", "true"] : [];
        CommandResult result = await RunAsync(
            "ulimit -c 0; " + limits, [.. words, "--endpoint", CommandRun.NoSuchEndpoint, .. end]);
        Assert.That(result.ExitCode, Is.Not.Zero.And.Not.EqualTo(1), result.ToString());
        Assert.That(result.Error, Is.Not.Empty);
    }

    private static Task<CommandResult> RunAsync(string limits, params string[] args) =>
        CommandProcess.RunInShellAsync(limits + "; \"$@\"", args);
}
