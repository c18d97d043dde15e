using System.CommandLine;

namespace Quorum.Managed.Cli;

// The options of every command that connects to a daemon.
internal sealed class DaemonArguments
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    // The limit of one request. Nobody waits for longer than that for an answer.
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);

    private readonly ConnectionArguments _connection;

    private readonly Option<TimeSpan?> _timeout;

    private readonly Option<bool> _json = new("--json") { Description = "Print JSON, one object a line." };

    private DaemonArguments(Command command, string timeoutDescription, bool usesQuorum)
    {
        _timeout = ParsedOption.Duration("--timeout", timeoutDescription);
        _connection = new ConnectionArguments(command, usesQuorum);
        command.Add(_timeout);
        command.Add(_json);
    }

    // For commands that ask the daemon: --timeout limits the wait for its answer.
    public static DaemonArguments ForAnswer(Command command, bool usesQuorum = true) => new(
        command, "How long to wait for an answer: 500ms, 5s, 2m, or a number of seconds. Default: 5s.", usesQuorum);

    // For commands that wait for quorum: --timeout limits that wait.
    public static DaemonArguments ForQuorum(Command command) => new(
        command, "How long to wait for quorum: 500ms, 5s, 2m, or a number of seconds. Default: no limit.", true);

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
        return _connection.Apply(result, new() { ConnectTimeout = timeout, RequestTimeout = timeout });
    }
}
