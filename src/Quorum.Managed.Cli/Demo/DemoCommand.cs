using System.CommandLine;
using System.Globalization;
using Quorum.Managed.Testing;

namespace Quorum.Managed.Cli;

// Runs a simulated cluster and a watch of it in one process.
internal static class DemoCommand
{
    private const double MinSpeed = 0.1;
    private const double MaxSpeed = 1000;

    public static Command Create(CommandHost host)
    {
        Option<double> speed = ParsedOption.Create("--speed", "N", "How many times faster, 0.1 to 1000.", ParseSpeed);
        speed.DefaultValueFactory = static _ => 1;
        Option<bool> json = new("--json") { Description = "Print JSON, one object a line." };
        Command command = new(
            "demo",
            "See quorum lost and won back in twenty seconds: a simulated cluster of three nodes, and a live watch of " +
            "it. Needs no corosync.")
        {
            speed,
            json,
        };
        command.SetAction((result, cancellationToken) =>
            RunAsync(host, result.GetValue(speed), result.GetValue(json), cancellationToken));
        return command;
    }

    private static double ParseSpeed(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double speed)
            && speed is >= MinSpeed and <= MaxSpeed
            ? speed
            : throw new FormatException(string.Create(
                CultureInfo.InvariantCulture, $"'{text}' is not a number from {MinSpeed} to {MaxSpeed}."));

    private static Task<int> RunAsync(
        CommandHost host, double speed, bool json, CancellationToken cancellationToken) =>
        StopSignals.RunAsync(
            signals =>
            {
                signals.StopWithoutReader(host);
                return ShowAsync(host, speed, json, signals);
            },
            cancellationToken);

    private static async Task<int> ShowAsync(CommandHost host, double speed, bool json, StopSignals signals)
    {
        await using QuorumSimulator simulator = QuorumSimulator.Start();
        DemoFooter footer = new(simulator.Cluster, DemoScript.Script.Duration / speed, TimeProvider.System);
        IReadOnlyList<DemoStep> steps;
        bool ended;
        using (IStorySink sink = WatchSinks.Create(host, json, footer))
        {
            DemoRecorder recorder = new(sink, TimeProvider.System);
            ended = await PlayAsync(simulator, speed, footer, recorder, signals);
            steps = recorder.Steps;
        }

        if (ended && host.IsTerminal && !json)
        {
            DemoRecap.Write(host, steps);
        }

        return ExitCodes.Done;
    }

    // Returns whether the story came to its end. A signal interrupts it.
    private static async Task<bool> PlayAsync(
        QuorumSimulator simulator, double speed, DemoFooter footer, DemoRecorder recorder, StopSignals signals)
    {
        QuorumConnectionOptions options = new() { Endpoint = QuorumEndpoint.Parse(simulator.Endpoint) };
        Task watching = new Watcher(options, recorder, TimeProvider.System).RunAsync(signals.Token);
        try
        {
            // The story begins after the initial state has been shown, and ends after the last state has been shown.
            await WhenShownAsync();
            await DemoScript.Script.RunAsync(simulator.Cluster, speed, Tell, TimeProvider.System, signals.Token);
            await WhenShownAsync();
            return true;
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            signals.Stop();
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // The watch ends only by an exception, which is thrown here.
        async Task WhenShownAsync()
        {
            SimulatedView view = simulator.Cluster.View(simulator.Node);
            await await Task.WhenAny(watching, recorder.WhenNotifiedAsync(view.RingId, signals.Token));
        }

        void Tell(SimulationStep step)
        {
            if (step.Command.Saying is { } text)
            {
                footer.Story = text;
                recorder.Story(step.At, text);
            }
        }
    }
}
