using System.Diagnostics;
using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// <c>quorum wait</c> and <c>quorum exec</c> as processes in the nodes of a real cluster, with a script as the command.
/// </summary>
public sealed class ExecTests : CorosyncFixture
{
    // Prints a line for each event, and has a child process. SIGTERM ends it with code 3, unless it is called stubborn.
    private const string Script =
        """
        trap 'echo "term"; [ "$0" = stubborn ] || exit 3' TERM
        trap 'echo "usr1"' USR1
        sleep 1000 &
        echo "start $$ $!"
        while :; do wait; done
        """;

    private const int User1 = 10;

    private static readonly string Quorum = Path.Combine(AppContext.BaseDirectory, "quorum");

    private CorosyncCluster _cluster = null!;

    [OneTimeSetUp]
    public async Task StartCluster() => _cluster = await CorosyncCluster.StartAsync(new() { Nodes = 3 });

    [OneTimeTearDown]
    public async Task StopCluster()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    [SetUp]
    public async Task Heal()
    {
        await _cluster.HealAsync();
        await _cluster.WaitMembersAsync([1, 2, 3], quorate: true);
    }

    [Test]
    public async Task Exec_without_loss_ends_with_the_commands_code()
    {
        CommandResult result = await RunAsync(1, "exec", "--", "sh", "-c", "echo out; echo err >&2; exit 7");
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((7, "out\n")));
        Assert.That(result.Error, Does.EndWith("err\n"));
        Assert.That((await RunAsync(1, "exec", "--", "sh", "-c", "kill -9 $$")).ExitCode, Is.EqualTo(137));
        Assert.That((await RunAsync(1, "exec", "--", "no-such-command")).ExitCode, Is.EqualTo(127));
        Assert.That((await RunAsync(1, "exec", "--", "/etc/passwd")).ExitCode, Is.EqualTo(126));
    }

    [Test]
    public async Task Exec_leaves_no_signal_ignored_and_nothing_of_the_commands_group()
    {
        CommandResult result = await RunAsync(
            1, "exec", "--", "sh", "-c", "sleep 1000 & echo $!; grep SigIgn /proc/self/status");
        string[] lines = result.Output.Split('\n');
        Assert.That(lines[1], Does.Match("^SigIgn:\\s+0+$"));
        await GoneAsync(int.Parse(lines[0], CultureInfo.InvariantCulture));
    }

    [Test]
    public async Task Partition_stops_the_command_with_sigterm_and_ends_with_one()
    {
        await using NodeProcess exec = Exec("exec", "--", "sh", "-c", Script);
        (int shell, int child) = await StartedAsync(exec);
        await _cluster.PartitionAsync("1 2", "3");
        Assert.That(await exec.ReadUntilAsync(line => line == "term", Patience), Is.EqualTo("term"));
        CommandResult end = await exec.WaitAsync(Patience);
        Assert.That(end.ExitCode, Is.EqualTo(1), end.Error);
        Assert.That(end.Error, Does.Contain("quorum lost"));
        await GoneAsync(shell, child);
    }

    [Test]
    public async Task A_command_that_ignores_sigterm_runs_on_during_the_grace()
    {
        await using NodeProcess exec = Exec("exec", "--grace", "1h", "--", "sh", "-c", Script, "stubborn");
        (int shell, int child) = await StartedAsync(exec);
        await _cluster.PartitionAsync("1 2", "3");
        await exec.ReadUntilAsync(line => line == "term", Patience);
        exec.Signal(User1);
        await exec.ReadUntilAsync(line => line == "usr1", Patience);
        exec.Signal(NodeProcess.Kill);
        await GoneAsync(shell, child);
    }

    [Test]
    public async Task A_command_that_ignores_sigterm_is_killed_after_the_grace()
    {
        await using NodeProcess exec = Exec("exec", "--grace", "500ms", "--", "sh", "-c", Script, "stubborn");
        (int shell, int child) = await StartedAsync(exec);
        await _cluster.PartitionAsync("1 2", "3");
        await exec.ReadUntilAsync(line => line == "term", Patience);
        Assert.That((await exec.WaitAsync(Patience)).ExitCode, Is.EqualTo(1));
        await GoneAsync(shell, child);
    }

    [Test]
    public async Task With_restart_the_command_runs_again_after_the_heal()
    {
        await using NodeProcess exec = Exec("exec", "--restart", "--", "sh", "-c", Script);
        (int first, int child) = await StartedAsync(exec);
        await _cluster.PartitionAsync("1 2", "3");
        await exec.ReadUntilAsync(line => line == "term", Patience);
        await GoneAsync(first, child);
        await _cluster.HealAsync();
        (int second, int _) = await StartedAsync(exec);
        Assert.That(second, Is.Not.EqualTo(first));
        exec.Signal(NodeProcess.Terminate);
        Assert.That((await exec.WaitAsync(Patience)).ExitCode, Is.EqualTo(3), "the command's own code");
    }

    [Test]
    public async Task Signals_reach_the_command()
    {
        await using NodeProcess exec = Exec("exec", "--", "sh", "-c", Script);
        (int shell, int child) = await StartedAsync(exec);
        exec.Signal(User1);
        await exec.ReadUntilAsync(line => line == "usr1", Patience);
        exec.Signal(NodeProcess.Terminate);
        Assert.That((await exec.WaitAsync(Patience)).ExitCode, Is.EqualTo(3));
        await GoneAsync(shell, child);
    }

    [Test]
    public async Task Killed_itself_it_leaves_neither_the_command_nor_its_children()
    {
        await using NodeProcess exec = Exec("exec", "--", "sh", "-c", Script);
        (int shell, int child) = await StartedAsync(exec);
        exec.Signal(NodeProcess.Kill);
        await GoneAsync(shell, child);
    }

    [Test]
    public async Task A_stopped_daemon_stops_the_command()
    {
        await using NodeProcess exec = Exec("exec", "--max-staleness", "500ms", "--", "sh", "-c", Script);
        (int shell, int child) = await StartedAsync(exec);
        await _cluster.PauseAsync(3);
        try
        {
            // The daemon cannot send anything now: only its silence can stop the command.
            await exec.ReadUntilAsync(line => line == "term", Patience);
            await exec.WaitAsync(Patience);
        }
        finally
        {
            await _cluster.ContinueAsync(3);
        }

        await GoneAsync(shell, child);
    }

    [Test]
    public async Task Wait_returns_when_quorum_comes_and_tells_inquorate_from_unknown()
    {
        Assert.That((await RunAsync(3, "wait")).ExitCode, Is.Zero);
        await _cluster.PartitionAsync("1 2", "3");
        await _cluster.WaitMembersAsync([3], quorate: false);
        CommandResult late = await RunAsync(3, "wait", "--timeout", "1s");
        Assert.That(late.ExitCode, Is.EqualTo(1), late.Error);
        CommandResult unknown = await RunAsync(3, "wait", "--timeout", "500ms", "--endpoint", "abstract:nobody");
        Assert.That(unknown.ExitCode, Is.EqualTo(2), unknown.Error);
        Assert.That((await RunAsync(3, "exec", "--timeout", "1s", "--", "true")).ExitCode, Is.EqualTo(1));

        await using NodeProcess wait = Exec("wait", "--timeout", "20s");
        await _cluster.HealAsync();
        Assert.That((await wait.WaitAsync(Patience)).ExitCode, Is.Zero);
    }

    private static async Task<(int Shell, int Child)> StartedAsync(NodeProcess exec)
    {
        string line = await exec.ReadUntilAsync(
            line => line.StartsWith("start", StringComparison.Ordinal), Patience);
        string[] words = line.Split(' ');
        return (int.Parse(words[1], CultureInfo.InvariantCulture), int.Parse(words[2], CultureInfo.InvariantCulture));
    }

    // Waits until the processes have ended. A zombie has ended: its parent has yet to reap it.
    private static async Task GoneAsync(params int[] processes)
    {
        long start = Stopwatch.GetTimestamp();
        while (processes.Any(IsAlive))
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            Assert.That(elapsed, Is.LessThan(Patience), () => $"alive: {string.Join(' ', processes.Where(IsAlive))}");
            await Task.Yield();
        }
    }

    private static bool IsAlive(int process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    private Task<CommandResult> RunAsync(int node, params string[] arguments) =>
        _cluster.Node(node).RunAsync([Quorum, .. arguments]);

    private NodeProcess Exec(params string[] arguments) => _cluster.Node(3).Start([Quorum, .. arguments]);
}
