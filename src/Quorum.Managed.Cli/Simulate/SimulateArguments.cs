using System.CommandLine;
using System.Globalization;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.Testing;

namespace Quorum.Managed.Cli;

// The options of simulate.
internal sealed class SimulateArguments
{
    private const string DefaultName = "quorum-simulator";
    private const double MaxSpeed = 1000;

    private readonly Option<IpcAddress?> _endpoint = ParsedOption.Create<IpcAddress?>(
        "--endpoint",
        "ENDPOINT",
        "Where to listen: abstract:NAME or unix:/PATH. Native clients look at abstract:quorum. " +
        $"Default: abstract:{DefaultName}.",
        ParseAddress);

    private readonly Option<int> _nodes = new("--nodes")
    {
        Description = "How many nodes there are.",
        HelpName = "N",
        DefaultValueFactory = static _ => 3,
    };

    private readonly Option<int[]> _votes = ParsedOption.Create(
        "--votes",
        "LIST",
        "The votes of each node, beginning with node 1: --votes 2,1,1. Also sets the number of nodes. " +
        "Default: one vote each.",
        ParseVotes);

    private readonly Option<uint> _node = new("--node")
    {
        Description = "The node whose view is served. 0 serves every node, node K at ENDPOINT-K.",
        HelpName = "K",
        DefaultValueFactory = static _ => 1,
    };

    private readonly Option<string> _transport = new("--transport")
    {
        Description = "How clients are served.",
        DefaultValueFactory = static _ => "shm",
    };

    private readonly Option<SimulationScript?> _script = ParsedOption.Create<SimulationScript?>(
        "--script", "FILE", "What happens at which time, for example: at 2s leave 3.", ReadScript);

    private readonly Option<double> _speed = new("--speed")
    {
        Description = "How many times faster the script runs.",
        HelpName = "N",
        DefaultValueFactory = static _ => 1,
    };

    private readonly Option<uint[]> _uids = new("--allow-uid")
    {
        Description = "A user besides root and yourself who may connect; can be repeated.",
        HelpName = "UID",
    };

    public SimulateArguments(Command command)
    {
        _transport.AcceptOnlyFromAmong("shm", "socket");
        command.Add(_endpoint);
        command.Add(_nodes);
        command.Add(_votes);
        command.Add(_node);
        command.Add(_transport);
        command.Add(_script);
        command.Add(_speed);
        command.Add(_uids);
    }

    public SimulationScript? Script(ParseResult result) => result.GetValue(_script);

    public double Speed(ParseResult result) => result.GetValue(_speed) is var speed and > 0 and <= MaxSpeed
        ? speed
        : throw new UsageException($"--speed must be above 0 and at most {MaxSpeed}.");

    public QuorumSimulatorOptions Options(ParseResult result)
    {
        int[] votes = result.GetValue(_votes) is { Length: > 0 } given
            ? given
            : [.. Enumerable.Repeat(1, Math.Max(0, result.GetValue(_nodes)))];
        if (votes.Length is 0 or > WireLimits.MaxNodes)
        {
            throw new UsageException($"the number of nodes must be from 1 to {WireLimits.MaxNodes}.");
        }

        uint node = result.GetValue(_node);
        if (node > votes.Length)
        {
            throw new UsageException("--node must be the number of a node, or 0 for all nodes.");
        }

        return new QuorumSimulatorOptions
        {
            Address = result.GetValue(_endpoint) ?? IpcAddress.Abstract(DefaultName),
            Cluster = new SimulatedCluster(votes.Select(static (count, i) => new SimulatedNode((uint)i + 1, count))),
            Node = node,
            Transport = result.GetValue(_transport) is "socket"
                ? IpcConnectionType.Socket
                : IpcConnectionType.SharedMemory,
            AllowedUserIds = result.GetValue(_uids) ?? [],
        };
    }

    private static IpcAddress ParseAddress(string text)
    {
        IReadOnlyList<IpcAddress> addresses = QuorumEndpoint.Parse(text).Addresses;
        return addresses.Count == 1
            ? addresses[0]
            : throw new FormatException("a simulator listens at one address: abstract:NAME or unix:/PATH.");
    }

    private static int[] ParseVotes(string text) =>
    [
        .. text.Split(',').Select(part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
                ? count
                : throw new FormatException($"'{text}' is not a list of votes: write 2,1,1.")),
    ];

    private static SimulationScript ReadScript(string file)
    {
        try
        {
            return SimulationScript.Parse(File.ReadAllText(file));
        }
        catch (FormatException e)
        {
            throw new FormatException($"{file}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FormatException(e.Message, e);
        }
    }
}
