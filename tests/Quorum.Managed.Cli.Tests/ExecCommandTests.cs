using Quorum.Managed.Testing;

namespace Quorum.Managed.Cli.Tests;

/// <summary>wait and exec before a simulated cluster. The command's life is in a file: its output goes where ours goes.</summary>
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
        CommandRun run = await CommandRun.InvokeAsync(["exec", "--endpoint", simulator.Endpoint, "--", "sh", "-c", $"echo ran >{_log}; exit 5"]);
        Assert.That((run.ExitCode, await File.ReadAllTextAsync(_log)), Is.EqualTo((5, "ran\n")), run.Error);
    }

    [Test]
    public async Task Exec_starts_with_quorum_and_stops_the_command_on_its_loss()
    {
        await using QuorumSimulator simulator = QuorumSimulator.Start();
        simulator.Cluster.Partition([1], [2, 3]);
        using FileSystemWatcher watcher = new(Path.GetDirectoryName(_log)!, Path.GetFileName(_log));
        watcher.Changed += (_, _) => LoseWhenStarted(simulator);
        watcher.EnableRaisingEvents = true;
        Task<CommandRun> running = CommandRun.InvokeAsync(
            ["exec", "--endpoint", simulator.Endpoint, "--", "sh", "-c", $"trap 'echo term >>{_log}; exit 0' TERM; echo start >>{_log}; while :; do sleep 0.05; done"]);
        Assert.That(await File.ReadAllTextAsync(_log), Is.Empty, "not before there is quorum");
        simulator.Cluster.Heal();
        CommandRun run = await running;
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.NotQuorate), run.Error);
        Assert.That(await File.ReadAllTextAsync(_log), Is.EqualTo("start\nterm\n"));
    }

    [Test]
    public async Task Wait_with_quorum_is_done_without_it_not_quorate_and_without_daemon_unknown()
    {
        await using QuorumSimulator simulator = QuorumSimulator.Start();
        Assert.That((await CommandRun.InvokeAsync(["wait", "--endpoint", simulator.Endpoint, "--timeout", "20s"])).ExitCode, Is.EqualTo(ExitCodes.Done));
        simulator.Cluster.Partition([1], [2, 3]);
        Assert.That((await CommandRun.InvokeAsync(["wait", "--endpoint", simulator.Endpoint, "--timeout", "1s"])).ExitCode, Is.EqualTo(ExitCodes.NotQuorate));
        CommandRun nobody = await CommandRun.InvokeAsync(["wait", "--endpoint", CommandRun.NoSuchEndpoint, "--timeout", "300ms"]);
        Assert.That(nobody.ExitCode, Is.EqualTo(ExitCodes.Unknown));
        Assert.That(nobody.Error, Does.StartWith("quorum: not quorate after 300 ms: unknown"));
    }

    [TestCase("exec")]
    [TestCase("exec", "--grace", "soon", "--", "true")]
    [TestCase("exec", "--max-staleness", "1ms", "--", "true")]
    [TestCase("wait", "--timeout", "0")]
    public async Task Wrong_usage_is_told(params string[] args) => Assert.That((await CommandRun.InvokeAsync(args)).ExitCode, Is.EqualTo(ExitCodes.Usage));

    private void LoseWhenStarted(QuorumSimulator simulator)
    {
        if (File.ReadAllText(_log) == "start\n" && !simulator.Cluster.IsPartitioned)
        {
            simulator.Cluster.Partition([1], [2, 3]);
        }
    }
}
