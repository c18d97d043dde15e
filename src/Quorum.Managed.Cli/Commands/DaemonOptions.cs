using System.CommandLine;

namespace Quorum.Managed.Cli.Commands;

// The options of every command that talks to a daemon.
internal sealed class DaemonOptions
{
    public const string EndpointVariable = "QUORUM_ENDPOINT";

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    private readonly CommandHost _host;

    private readonly Option<QuorumEndpoint?> _endpoint = new("--endpoint")
    {
        Description = "Where corosync listens: automatic, abstract:NAME or unix:/PATH. Default: $QUORUM_ENDPOINT, else automatic.",
        HelpName = "ENDPOINT",
        CustomParser = static result => Read<QuorumEndpoint?>(result, QuorumEndpoint.Parse),
    };

    private readonly Option<string> _sharedMemory = new("--shm-dir")
    {
        Description = "Where the daemon's /dev/shm is mounted here. Default: /dev/shm.",
        HelpName = "DIRECTORY",
        CustomParser = static result => Read(result, AbsolutePath),
    };

    private readonly Option<TimeSpan?> _timeout = new("--timeout")
    {
        Description = "How long to wait for an answer: 500ms, 5s, 2m, or a number of seconds. Default: 5s.",
        HelpName = "DURATION",
        CustomParser = static result => Read<TimeSpan?>(result, text => Durations.Parse(text)),
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print JSON, one object a line.",
    };

    public DaemonOptions(Command command, CommandHost host)
    {
        _host = host;
        command.Add(_endpoint);
        command.Add(_sharedMemory);
        command.Add(_timeout);
        command.Add(_json);
    }

    public bool Json(ParseResult result) => result.GetValue(_json);

    public TimeSpan Timeout(ParseResult result) => result.GetValue(_timeout) ?? DefaultTimeout;

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
        return result.GetValue(_sharedMemory) is { } directory ? options with { SharedMemoryDirectory = directory } : options;
    }

    private QuorumEndpoint EndpointOfEnvironment()
    {
        if (_host.Environment(EndpointVariable) is not { Length: > 0 } text)
        {
            return QuorumEndpoint.Automatic;
        }

        try
        {
            return QuorumEndpoint.Parse(text);
        }
        catch (FormatException e)
        {
            throw new UsageException($"{EndpointVariable}: {e.Message}");
        }
    }

    private static string AbsolutePath(string text) => Path.IsPathRooted(text)
        ? text
        : throw new FormatException($"'{text}' is not an absolute path.");

    private static T? Read<T>(System.CommandLine.Parsing.ArgumentResult result, Func<string, T> parse)
    {
        string option = ((System.CommandLine.Parsing.OptionResult)result.Parent!).Option.Name;
        try
        {
            return parse(result.Tokens[0].Value);
        }
        catch (FormatException e)
        {
            result.AddError($"{option}: {e.Message}");
            return default;
        }
    }
}
