using System.CommandLine;

namespace Quorum.Managed.Cli;

// The options of every command that connects to a daemon.
internal sealed class DaemonArguments
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    // The limit of one request. Nobody waits for longer than that for an answer.
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);

    private readonly Option<QuorumEndpoint?> _endpoint = ParsedOption.Create<QuorumEndpoint?>(
        "--endpoint",
        "ENDPOINT",
        "Where corosync listens: automatic, abstract:NAME or unix:/PATH. " +
        $"Default: ${QuorumEndpoint.EnvironmentVariable}, else automatic.",
        QuorumEndpoint.Parse);

    private readonly Option<string> _sharedMemory = ParsedOption.Create(
        "--shm-dir", "DIRECTORY", "Where the daemon's /dev/shm is mounted here. Default: /dev/shm.", AbsolutePath);

    private readonly Option<TimeSpan?> _timeout;

    private readonly Option<bool> _json = new("--json") { Description = "Print JSON, one object a line." };

    private DaemonArguments(Command command, string timeoutDescription)
    {
        _timeout = ParsedOption.Duration("--timeout", timeoutDescription);
        command.Add(_endpoint);
        command.Add(_sharedMemory);
        command.Add(_timeout);
        command.Add(_json);
    }

    // For commands that ask the daemon: --timeout limits the wait for its answer.
    public static DaemonArguments ForAnswer(Command command) => new(
        command, "How long to wait for an answer: 500ms, 5s, 2m, or a number of seconds. Default: 5s.");

    // For commands that wait for quorum: --timeout limits that wait.
    public static DaemonArguments ForQuorum(Command command) => new(
        command, "How long to wait for quorum: 500ms, 5s, 2m, or a number of seconds. Default: no limit.");

    public bool Json(ParseResult result) => result.GetValue(_json);

    public TimeSpan Timeout(ParseResult result)
    {
        TimeSpan timeout = GivenTimeout(result) ?? DefaultTimeout;
        return timeout < LongestTimeout ? timeout : LongestTimeout;
    }

    // Null if the command line has no --timeout.
    public TimeSpan? GivenTimeout(ParseResult result) => result.GetValue(_timeout);

    public QuorumConnectionOptions Connection(ParseResult result)
    {
        TimeSpan timeout = Timeout(result);
        QuorumConnectionOptions options = new()
        {
            Endpoint = result.GetValue(_endpoint) ?? EndpointOfEnvironment(),
            ConnectTimeout = timeout,
            RequestTimeout = timeout,
        };
        return result.GetValue(_sharedMemory) is { } directory
            ? options with { SharedMemoryDirectory = directory }
            : options;
    }

    // A wrong variable is a usage error here. QuorumEndpoint.Default would report it as a failure to connect.
    private static QuorumEndpoint EndpointOfEnvironment()
    {
        try
        {
            return QuorumEndpoint.FromEnvironment();
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static string AbsolutePath(string text) => Path.IsPathRooted(text)
        ? text
        : throw new FormatException($"'{text}' is not an absolute path.");
}
