using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Quorum.Managed.Cli.Simulating;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.Testing;

namespace Quorum.Managed.Cli.Commands;

// Serves a simulated cluster until it is told to stop.
internal static class SimulateCommand
{
    private const string DefaultName = "quorum-simulator";

    public static Command Create(CommandHost host)
    {
        Option<string> endpoint = new("--endpoint")
        {
            Description = $"Where to listen: abstract:NAME or unix:/PATH. Native clients look at abstract:quorum. Default: abstract:{DefaultName}.",
            HelpName = "ENDPOINT",
        };
        Option<int> nodes = new("--nodes") { Description = "How many nodes there are.", HelpName = "N", DefaultValueFactory = static _ => 3 };
        Option<int[]> votes = new("--votes")
        {
            Description = "The votes of each node, from node 1 on: --votes 2,1,1. Sets the number of nodes too. Default: one each.",
            HelpName = "LIST",
            CustomParser = ParseVotes,
        };
        Option<uint> node = new("--node") { Description = "Whose view is served; 0 serves every node, node K at ENDPOINT-K.", HelpName = "K", DefaultValueFactory = static _ => 1 };
        Option<string> transport = new("--transport") { Description = "How clients are served.", DefaultValueFactory = static _ => "shm" };
        transport.AcceptOnlyFromAmong("shm", "socket");
        Option<FileInfo?> script = new("--script") { Description = "What happens when, as in: at 2s leave 3.", HelpName = "FILE" };
        Option<double> speed = new("--speed") { Description = "How many times faster the script runs.", HelpName = "N", DefaultValueFactory = static _ => 1 };
        Option<uint[]> uids = new("--allow-uid") { Description = "A user besides root and yourself who may connect; can be repeated.", HelpName = "UID" };
        Command command = new("simulate", "Serve a simulated cluster to any client, also native ones. Commands on standard input change it: try help.")
        {
            endpoint, nodes, votes, node, transport, script, speed, uids,
        };
        command.SetAction((result, cancellationToken) =>
        {
            int[] counted = result.GetValue(votes) is { Length: > 0 } list ? list : [.. Enumerable.Repeat(1, Math.Max(0, result.GetValue(nodes)))];
            QuorumSimulatorOptions options = new()
            {
                Address = ParseAddress(result.GetValue(endpoint)),
                Node = result.GetValue(node),
                Transport = result.GetValue(transport) is "socket" ? IpcConnectionType.Socket : IpcConnectionType.SharedMemory,
                AllowedUserIds = result.GetValue(uids) ?? [],
            };
            return RunAsync(host, options, counted, ReadScript(result.GetValue(script)), result.GetValue(speed), cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        CommandHost host, QuorumSimulatorOptions options, int[] votes, SimulationScript? script, double speed, CancellationToken cancellationToken)
    {
        if (votes.Length is 0 or > WireLimits.MaxNodes || votes.Any(static count => count < 0) || options.Node > votes.Length || speed is not (> 0 and <= 1000))
        {
            throw new UsageException($"there are 1 to {WireLimits.MaxNodes} nodes, votes are 0 and up, --node is one of the nodes or 0, --speed is above 0 and at most 1000.");
        }

        using StopSignal signal = new(cancellationToken);
        SimulatedCluster cluster = new(votes.Select(static (count, index) => new SimulatedNode((uint)index + 1, count)));
        try
        {
            if (options.Node == 0)
            {
                await using SimulatorGroup group = SimulatorGroup.Start(cluster, options with { Node = 1 });
                await new SimulateConsole(host, cluster, [.. group.Simulators]).RunAsync(script, speed, signal.Token);
            }
            else
            {
                await using QuorumSimulator simulator = QuorumSimulator.Start(options with { Cluster = cluster });
                await new SimulateConsole(host, cluster, [simulator]).RunAsync(script, speed, signal.Token);
            }

            return ExitCodes.Done;
        }
        catch (OperationCanceledException) when (signal.Token.IsCancellationRequested)
        {
            return ExitCodes.Done;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException && !CommandHost.IsBrokenPipe(e as IOException ?? new IOException()))
        {
            host.WriteError(e.Message);
            return ExitCodes.Unknown;
        }
    }

    private static IpcAddress ParseAddress(string? text)
    {
        if (text is null)
        {
            return IpcAddress.Abstract(DefaultName);
        }

        try
        {
            QuorumEndpoint endpoint = QuorumEndpoint.Parse(text);
            return endpoint.Addresses.Count == 1
                ? endpoint.Addresses[0]
                : throw new UsageException("--endpoint: a simulator listens at one address: abstract:NAME or unix:/PATH.");
        }
        catch (FormatException e)
        {
            throw new UsageException("--endpoint: " + e.Message);
        }
    }

    private static int[] ParseVotes(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        List<int> votes = [];
        foreach (string part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            {
                result.AddError($"--votes: '{text}' is not a list of votes: write 2,1,1.");
                return [];
            }

            votes.Add(count);
        }

        return [.. votes];
    }

    private static SimulationScript? ReadScript(FileInfo? file)
    {
        if (file is null)
        {
            return null;
        }

        try
        {
            return SimulationScript.Parse(File.ReadAllText(file.FullName));
        }
        catch (FormatException e)
        {
            throw new UsageException($"{file}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--script: {e.Message}");
        }
    }
}
