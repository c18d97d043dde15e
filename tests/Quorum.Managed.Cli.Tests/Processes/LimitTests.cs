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
    [TestCase("ulimit -n 8")]
    [TestCase("ulimit -n 24")]
    [TestCase("ulimit -n 48")]
    [TestCase("ulimit -n 64")]
    [TestCase("ulimit -f 0")]
    public async Task Where_dotnet_cannot_start_there_is_no_answer(string limits)
    {
        CommandResult result = await RunAsync(
            "ulimit -c 0; " + limits, "check", "--endpoint", CommandRun.NoSuchEndpoint);
        Assert.That(result.ExitCode, Is.Not.Zero.And.Not.EqualTo(1), result.ToString());
        Assert.That(result.Error, Is.Not.Empty);
    }

    private static Task<CommandResult> RunAsync(string limits, params string[] args) =>
        CommandProcess.RunInShellAsync(limits + "; \"$@\"", args);
}
