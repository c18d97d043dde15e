using System.CommandLine;
using System.Globalization;
using Quorum.Managed.Cli.Simulating;
using Quorum.Managed.Cli.Watching;
using Quorum.Managed.Testing;
using Spectre.Console;

namespace Quorum.Managed.Cli.Commands;

// A simulated cluster and a watch of it in one process.
internal static class DemoCommand
{
    private const double Fastest = 1000;

    public static Command Create(CommandHost host)
    {
        Option<double> speed = new("--speed")
        {
            Description = "How many times faster, 0.1 to 1000.",
            HelpName = "N",
            DefaultValueFactory = static _ => 1,
        };
        speed.Validators.Add(static result =>
        {
            if (result.Tokens.Count > 0
                && !(double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is >= 0.1 and <= Fastest))
            {
                result.AddError($"--speed: '{result.Tokens[0].Value}' is not a number from 0.1 to {Fastest}.");
            }
        });
        Option<bool> json = new("--json") { Description = "Print JSON, one object a line." };
        Command command = new("demo", "See quorum lost and won back in twenty seconds: a simulated cluster of three nodes, and a live watch of it. Needs no corosync.")
        {
            speed,
            json,
        };
        command.SetAction((result, cancellationToken) => RunAsync(host, result.GetValue(speed), result.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandHost host, double speed, bool json, CancellationToken cancellationToken)
    {
        using StopSignal signal = new(cancellationToken);
        SimulationScript script = DemoStory.Script;
        await using QuorumSimulator simulator = QuorumSimulator.Start();
        DemoFooter footer = new(simulator.Cluster, script.Duration / speed, TimeProvider.System);
        IWatchSink view = (json, host.IsTerminal) switch
        {
            (true, _) => new JsonSink(host.Out),
            (_, true) => new LiveSink(host, TimeProvider.System, footer),
            _ => new TextSink(host.Out),
        };
        DemoSink sink = new(view, TimeProvider.System);
        bool told;
        using (view as IDisposable)
        {
            told = await TellAsync(simulator, script, speed, footer, sink, signal);
        }

        if (told && host.IsTerminal && !json)
        {
            DemoRecap.Write(host, sink.Lines);
        }

        return ExitCodes.Done;
    }

    // False when it was interrupted.
    private static async Task<bool> TellAsync(
        QuorumSimulator simulator, SimulationScript script, double speed, DemoFooter footer, DemoSink sink, StopSignal signal)
    {
        QuorumConnectionOptions options = new() { Endpoint = QuorumEndpoint.Parse(simulator.Endpoint) };
        Task watching = new Watcher(options, sink, TimeProvider.System).RunAsync(signal.Token);
        try
        {
            // The story begins when there is somebody who sees it.
            await await Task.WhenAny(watching, sink.WhenSeenAsync(View(simulator).RingId, signal.Token));
            await script.RunAsync(simulator.Cluster, speed, Tell, TimeProvider.System, signal.Token);
            await await Task.WhenAny(watching, sink.WhenSeenAsync(View(simulator).RingId, signal.Token));
            return true;
        }
        catch (OperationCanceledException) when (signal.Token.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            signal.Stop();
            await watching.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        void Tell(SimulationStep step)
        {
            if (step.Command.Saying is { } text)
            {
                footer.Story = text;
                sink.Tell(step.At, text);
            }
        }
    }

    private static SimulatedView View(QuorumSimulator simulator) => simulator.Cluster.View(simulator.Node);
}
