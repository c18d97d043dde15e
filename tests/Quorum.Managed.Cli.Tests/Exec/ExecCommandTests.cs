using Quorum.Managed.Testing;

namespace Quorum.Managed.Cli.Tests;

// exec with a simulated cluster. The command's output goes to the test host's output, so the command logs to a file.
[NonParallelizable]
public sealed class ExecCommandTests
{
    private string _log = null!;

    [SetUp]
    public void CreateLog() => _log = Path.GetTempFileName();

    [TearDown]
    public void DeleteLog() => File.Delete(_log);

    [Test]
    public async Task Exec_while_quorate_ends_with_the_commands_code()
    {
        await using QuorumSimulator simulator = QuorumSimulator.Start();
        CommandRun run = await ExecAsync(simulator, $"echo ran >{_log}; exit 5");
        Assert.That((run.ExitCode, await File.ReadAllTextAsync(_log)), Is.EqualTo((5, "ran\n")), run.Error);
    }

    [Test]
    public async Task Exec_starts_with_quorum_and_stops_the_command_on_its_loss()
    {
        await using QuorumSimulator simulator = QuorumSimulator.Start();
        simulator.Cluster.Partition([1], [2, 3]);
        using FileSystemWatcher watcher = new(Path.GetDirectoryName(_log)!, Path.GetFileName(_log));
        watcher.Changed += (_, _) => LoseQuorumAfterStart(simulator);
        watcher.EnableRaisingEvents = true;
        Task<CommandRun> running = ExecAsync(
            simulator,
            $"""
            trap 'echo term >>{_log}; exit 0' TERM
            echo start >>{_log}
            sleep 1000 &
            while :; do wait; done
            """);
        Assert.That(await File.ReadAllTextAsync(_log), Is.Empty, "there is no quorum yet");
        simulator.Cluster.Heal();
        CommandRun run = await running;
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.NotQuorate), run.Error);
        Assert.That(await File.ReadAllTextAsync(_log), Is.EqualTo("start\nterm\n"));
    }

    [TestCase("exec")]
    [TestCase("exec", "--grace", "soon", "--", "true")]
    [TestCase("exec", "--max-staleness", "1ms", "--", "true")]
    public async Task Exec_with_wrong_arguments_is_a_usage_error(params string[] args) =>
        Assert.That((await CommandRun.InvokeAsync(args)).ExitCode, Is.EqualTo(ExitCodes.Usage));

    private static Task<CommandRun> ExecAsync(QuorumSimulator simulator, string script) =>
        CommandRun.InvokeAsync("exec", "--endpoint", simulator.Endpoint, "--", "sh", "-c", script);

    private void LoseQuorumAfterStart(QuorumSimulator simulator)
    {
        if (File.ReadAllText(_log) == "start\n" && !simulator.Cluster.IsPartitioned)
        {
            simulator.Cluster.Partition([1], [2, 3]);
        }
    }
}
