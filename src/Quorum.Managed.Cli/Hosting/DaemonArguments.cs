using System.CommandLine;
using System.Globalization;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// The options of every command that connects to a daemon.
internal sealed class DaemonArguments
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    // The limit of one request. Nobody waits for longer than that for an answer.
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);

    private const int LargestMessageSize = 64 * 1024 * 1024;

    private readonly Option<QuorumEndpoint?> _endpoint = ParsedOption.Create<QuorumEndpoint?>(
        "--endpoint",
        "ENDPOINT",
        "Where corosync listens: automatic, abstract:NAME or unix:/PATH. " +
        $"Default: ${QuorumEndpoint.EnvironmentVariable}, else automatic.",
        QuorumEndpoint.Parse);

    private readonly Option<string> _sharedMemory = ParsedOption.Create(
        "--shm-dir", "DIRECTORY", "Where the daemon's /dev/shm is mounted here. Default: /dev/shm.", AbsolutePath);

    private readonly Option<uint[]?> _trustedUids = ParsedOption.CreateMany(
        "--trust-uid",
        "UID",
        "Trust a listener that runs as this uid, besides root and yourself; can be repeated.",
        static text => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint uid)
            ? uid
            : throw new FormatException($"'{text}' is not a uid."));

    private readonly Option<int?> _maxMessageSize = ParsedOption.Create<int?>(
        "--max-message-size",
        "BYTES",
        "The size of each of the connection's three rings in /dev/shm, 12328 to 67108864. Default: 65536.",
        static text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int bytes)
            && bytes is >= WireLimits.MinMaxMessageSize and <= LargestMessageSize
                ? bytes
                : throw new FormatException($"'{text}' is not a number from 12328 to 67108864."));

    private readonly Option<TimeSpan?> _timeout;

    private readonly Option<bool> _json = new("--json") { Description = "Print JSON, one object a line." };

    // Null for a command that does not use the quorum service.
    private readonly ModelArguments? _model;

    private DaemonArguments(Command command, string timeoutDescription, bool usesQuorum)
    {
        _timeout = ParsedOption.Duration("--timeout", timeoutDescription);
        _endpoint.CompletionSources.Add("automatic", "abstract:", "unix:");
        command.Add(_endpoint);
        command.Add(_sharedMemory);
        command.Add(_trustedUids);
        command.Add(_maxMessageSize);
        _model = usesQuorum ? new ModelArguments(command) : null;
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
        QuorumConnectionOptions options = new()
        {
            Endpoint = result.GetValue(_endpoint) ?? EndpointOfEnvironment(),
            AdditionalTrustedUids = result.GetValue(_trustedUids) ?? [],
            ConnectTimeout = timeout,
            RequestTimeout = timeout,
        };
        options = _model?.Apply(result, options) ?? options;
        options = options with { MaxMessageSize = result.GetValue(_maxMessageSize) ?? options.MaxMessageSize };
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
