using System.CommandLine;
using Quorum.Managed.Testing;

namespace Quorum.Managed.Cli;

// Serves a simulated cluster until it is told to stop.
internal static class SimulateCommand
{
    public static Command Create(CommandHost host)
    {
        Command command = new(
            "simulate",
            "Serve a simulated cluster to any client, also native ones. Commands on standard input change the " +
            "cluster: try help.");
        SimulateArguments arguments = new(command);
        command.SetAction((result, cancellationToken) =>
        {
            QuorumSimulatorOptions options = arguments.Options(result);
            SimulationScript? script = arguments.Script(result);
            double speed = arguments.Speed(result);
            return StopSignals.RunAsync(
                signals => RunAsync(host, options, script, speed, signals.Token), cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        CommandHost host,
        QuorumSimulatorOptions options,
        SimulationScript? script,
        double speed,
        CancellationToken cancellationToken)
    {
        try
        {
            if (options.Node == 0)
            {
                await using SimulatorGroup group = SimulatorGroup.Start(options.Cluster!, options with { Node = 1 });
                await new SimulateConsole(host, [.. group.Simulators]).RunAsync(script, speed, cancellationToken);
            }
            else
            {
                await using QuorumSimulator simulator = QuorumSimulator.Start(options);
                await new SimulateConsole(host, [simulator]).RunAsync(script, speed, cancellationToken);
            }

            return ExitCodes.Done;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException && !CommandHost.IsBrokenPipe(e))
        {
            host.WriteError(e.Message);
            return ExitCodes.Unknown;
        }
    }
}
