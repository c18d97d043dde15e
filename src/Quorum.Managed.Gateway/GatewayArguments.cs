using System.CommandLine;
using Quorum.Managed.Cli;

namespace Quorum.Managed.Gateway;

// The command line of quorum-gateway.
internal sealed class GatewayArguments
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(200);

    private readonly Option<ListenAddress[]> _listen = new("--listen")
    {
        HelpName = "ADDRESS",
        Description = "Where to listen: unix:/PATH, ADDRESS:PORT or PORT; may be given more than once. " +
            $"Default: 127.0.0.1:{GatewayOptions.DefaultPort}.",
        AllowMultipleArgumentsPerToken = false,
        CustomParser = static result =>
        {
            try
            {
                return [.. result.Tokens.Select(static token => ListenAddress.Parse(token.Value))];
            }
            catch (FormatException e)
            {
                result.AddError("--listen: " + e.Message);
                return null;
            }
        },
    };

    private readonly Option<bool> _allowRemote = new("--allow-remote")
    {
        Description = "Allow addresses that other machines can reach. Whoever reaches them reads the cluster's state.",
    };

    private readonly Option<QuorumAssurance?> _assurance = ParsedOption.Create<QuorumAssurance?>(
        "--assurance",
        "leased|live",
        "leased: quorate ends before another node can act, and pauses for some seconds when another node dies. " +
        "live: quorate is what corosync says now. Default: leased.",
        static text => text switch
        {
            "leased" => QuorumAssurance.Leased,
            "live" => QuorumAssurance.Live,
            _ => throw new FormatException($"'{text}' is neither leased nor live."),
        });

    private readonly Option<TimeSpan?> _margin = ParsedOption.Duration(
        "--lease-margin",
        "With leased: how much earlier than corosync's consensus time-out the lease ends. Default: 100ms.");

    private readonly Option<TimeSpan?> _interval = ParsedOption.Create<TimeSpan?>(
        "--interval",
        "DURATION",
        "How often votes, links and statistics are read, whoever asks for them. At least 200ms. Default: 5s.",
        static text => Durations.Parse(text) is var time && time >= ShortestInterval
            ? time
            : throw new FormatException($"'{text}' is less than {Durations.Format(ShortestInterval)}."));

    private readonly Option<string?> _stateFile = ParsedOption.Create<string?>(
        "--state-file", "FILE", "Keep the state in this file, which is replaced as a whole.", AbsolutePath);

    private readonly Option<StateFormat?> _stateFormat = ParsedOption.Create<StateFormat?>(
        "--state-format",
        "keepalived|json",
        "keepalived: 0 while quorate, otherwise 1, for a track_file with weight 0. json: an object with the end of " +
        "the lease. Default: json if the file's name ends with .json, otherwise keepalived.",
        static text => text switch
        {
            "keepalived" => StateFormat.Keepalived,
            "json" => StateFormat.Json,
            _ => throw new FormatException($"'{text}' is neither keepalived nor json."),
        });

    private readonly Option<string?> _onChange = new("--on-change")
    {
        HelpName = "COMMAND",
        Description = "Run this by /bin/sh after each change, with QUORUM_STATE, QUORUM_RING, QUORUM_MEMBERS and " +
            "others in its environment. One at a time; of changes that come meanwhile the newest counts.",
    };

    private readonly Option<TimeSpan?> _onChangeTimeout = ParsedOption.Duration(
        "--on-change-timeout", "How long that command may take before it is killed. Default: 10s.");

    private readonly ConnectionArguments _connection;

    public GatewayArguments(Command command)
    {
        command.Add(_listen);
        command.Add(_allowRemote);
        _connection = new ConnectionArguments(command, usesQuorum: true);
        foreach (Option option in (Option[])
            [
                _assurance, _margin, _interval, _stateFile, _stateFormat, _onChange, _onChangeTimeout,
            ])
        {
            command.Add(option);
        }
    }

    public GatewayOptions Read(ParseResult result)
    {
        GatewayOptions options = new();
        ListenAddress[] listen = result.GetValue(_listen) is { Length: > 0 } given ? given : [.. options.Listen];
        if (!result.GetValue(_allowRemote) && Array.Find(listen, static address => address.IsRemote) is { } remote)
        {
            throw new UsageException(
                $"{remote.EndPoint} can be reached from other machines. If that is meant, add --allow-remote; " +
                "otherwise listen on 127.0.0.1 or unix:/PATH.");
        }

        string? stateFile = result.GetValue(_stateFile);
        return options with
        {
            Listen = listen,
            Connection = _connection.Apply(result, new()),
            Assurance = result.GetValue(_assurance) ?? options.Assurance,
            LeaseMargin = result.GetValue(_margin) ?? options.LeaseMargin,
            Interval = result.GetValue(_interval) ?? options.Interval,
            StateFile = stateFile,
            StateFormat = result.GetValue(_stateFormat) ?? FormatFor(stateFile),
            OnChange = result.GetValue(_onChange),
            OnChangeTimeout = result.GetValue(_onChangeTimeout) ?? options.OnChangeTimeout,
        };
    }

    private static StateFormat FormatFor(string? file) =>
        file?.EndsWith(".json", StringComparison.OrdinalIgnoreCase) == true ? StateFormat.Json : StateFormat.Keepalived;

    private static string AbsolutePath(string text) => Path.IsPathRooted(text)
        ? text
        : throw new FormatException($"'{text}' is not an absolute path.");
}
