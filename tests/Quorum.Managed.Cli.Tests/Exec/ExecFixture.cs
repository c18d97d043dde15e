using System.Globalization;
using System.Text;
using Quorum.Managed.Testing;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

/// <summary>
/// <c>quorum exec</c> as a process with a simulated cluster. The judge is outside: which processes live, what was
/// written, which exit code came. Each process of a test carries a variable of the test in its environment; so it is
/// found, and ended when the test ends.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public abstract class ExecFixture
{
    // Waits until it gets SIGTERM; then it says so and ends with 0. The trap ends a sleep that was forked just after.
    protected const string Obedient =
        "trap 'echo term; kill -9 $! 2>/dev/null; exit 0' TERM; echo start $$; while :; do sleep 1000 & wait $!; done";

    // Says that it got SIGTERM, and goes on.
    protected const string Stubborn =
        "trap 'echo term' TERM; trap 'echo int' INT; echo start $$; while :; do sleep 1000 & wait $!; done";

    private readonly string _mark = "QUORUM_TEST_RUN=" + Guid.NewGuid().ToString("N");

    // The simulators of the tests share the pool with the searches through /proc.
    static ExecFixture() => ThreadPool.SetMinThreads(64, 64);

    private protected static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "quorum");

    protected QuorumSimulator Simulator { get; private set; } = null!;

    // Empty at first.
    protected string Folder { get; private set; } = null!;

    [SetUp]
    public void StartSimulator()
    {
        Simulator = QuorumSimulator.Start(options: new() { AllowedUserIds = [65534, 64022, 64023] });
        Folder = Directory.CreateTempSubdirectory("quorum-exec-").FullName;
    }

    [TearDown]
    public async Task EndEverything()
    {
        foreach (int process in Living())
        {
            Kill(process, NodeProcess.Kill);
        }

        await Simulator.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private protected static void Kill(int process, int signal) =>
        _ = Kernel.Kill(process, (SignalNumber)signal);

    private protected static async Task<int> StartedAsync(NodeProcess exec)
    {
        string line = await exec.ReadUntilAsync(
            static line => line.StartsWith("start", StringComparison.Ordinal), Wait.Bound);
        return int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private protected static async Task<string> ReadAsync(NodeProcess exec, string expected) =>
        await exec.ReadUntilAsync(line => string.Equals(line, expected, StringComparison.Ordinal), Wait.Bound);

    private protected static Task<CommandResult> EndAsync(NodeProcess process) => process.WaitAsync(Wait.Bound);

    private protected static Task SaysAsync(NodeProcess exec, string text) => Wait.UntilAsync(
        () => exec.Error.Contains(text, StringComparison.Ordinal), $"\"{text}\" in standard error: {exec.Error}");

    private protected static Task GoneAsync(int process) =>
        Wait.UntilAsync(() => !IsAlive(process), $"the end of process {process}");

    private protected static char StateOf(int process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return 'X';
        }
    }

    private protected static bool IsAlive(int process) => StateOf(process) is not ('Z' or 'X');

    private protected string[] Words(string[] options, params string[] command) =>
    [
        Program,
        "exec",
        "--endpoint",
        Simulator.Endpoint,
        "--recovery-settle",
        "1ms",
        // A loaded machine must not look like a loss. The tests of a standstill have their own.
        .. options.Contains("--max-staleness", StringComparer.Ordinal) ? [] : (string[])["--max-staleness", "1m"],
        .. options,
        .. command,
    ];

    // Starts a whole command line, for example of a shell that starts exec.
    private protected NodeProcess Start(params string[] command)
    {
        string[] mark = _mark.Split('=');
        KeyValuePair<string, string>[] environment =
        [
            new(mark[0], mark[1]), new("FOLDER", Folder), new("QUORUM", string.Join(' ', Words([]))),
        ];
        return NodeProcess.Start(command, environment, keepOutput: true);
    }

    private protected NodeProcess Exec(string script, params string[] options) =>
        Start(Words(options, "--", "sh", "-c", script));

    // The script of bash starts exec with "$@" or $QUORUM.
    private protected NodeProcess InShell(string script, params string[] words) =>
        Start(["bash", "-c", script, "bash", .. words]);

    private protected async Task<CommandResult> RunAsync(params string[] command)
    {
        await using NodeProcess process = Start(command);
        process.CloseInput();
        return await EndAsync(process);
    }

    private protected async Task<string> ScriptAsync(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        await File.WriteAllTextAsync(path, text);
        Assert.That((await RunAsync("chmod", "755", path)).ExitCode, Is.Zero);
        return path;
    }

    // Ignored with the reason where this is not root; a failure on CI.
    private protected static void RequireRoot(string why) => Requirement.Check(
        Environment.IsPrivilegedProcess ? null : "needs root " + why, Assert.Ignore, Assert.Fail);

    private protected void LoseQuorum() => Simulator.Cluster.Partition([1], [2, 3]);

    // The guard of an exec. The process that it has forked for the command has its name until it becomes the command.
    private protected int GuardOf(NodeProcess exec)
    {
        int[] named =
            [.. Living().Where(process => File.ReadAllText($"/proc/{process}/comm") == "quorum-guard\n")];
        return named.Single(process => process != exec.Pid && !named.Contains(ParentOf(process)));
    }

    private protected Task NothingLivesAsync() => Wait.UntilAsync(
        () => Living().Count == 0,
        "the end of all processes: " + string.Join(", ", Living().Select(Describe)));

    private protected List<int> Living()
    {
        List<int> found = [];
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out int process)
                && IsMine(directory)
                && IsAlive(process))
            {
                found.Add(process);
            }
        }

        return found;
    }

    // The fields after the name are the state and the parent.
    private static int ParentOf(int process) => int.Parse(
        File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ')[1], CultureInfo.InvariantCulture);

    private static string Describe(int process)
    {
        try
        {
            return process + " " + File.ReadAllText($"/proc/{process}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return process + " (gone)";
        }
    }

    private bool IsMine(string directory)
    {
        try
        {
            return File.ReadAllBytes(directory + "/environ").AsSpan().IndexOf(Encoding.ASCII.GetBytes(_mark)) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
