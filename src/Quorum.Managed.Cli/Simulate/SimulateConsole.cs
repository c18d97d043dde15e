using System.Globalization;
using Quorum.Managed.Protocol;
using Quorum.Managed.Testing;

namespace Quorum.Managed.Cli;

// Prints how to connect, runs the script, and executes the commands from the input.
internal sealed class SimulateConsole(CommandHost host, IReadOnlyList<QuorumSimulator> simulators)
{
    private const string Prompt = "> ";

    private readonly BoundedWriter _out = new(host.Out);

    private SimulatedCluster Cluster => simulators[0].Cluster;

    // Returns after the command quit, and after the end of the input if that is a terminal. Otherwise the end of the
    // input changes nothing: a service has no input, and runs until it is cancelled.
    public async Task RunAsync(SimulationScript? script, double speed, CancellationToken cancellationToken)
    {
        Write(Welcome());
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task playing = script is null ? Task.CompletedTask : PlayAsync(script, speed, stop.Token);
        Task<bool> reading = ReadCommandsAsync(stop.Token);
        try
        {
            if (await Task.WhenAny(playing, reading) == playing)
            {
                await playing;
            }

            if (!await reading)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    private IEnumerable<string> Welcome()
    {
        foreach (QuorumSimulator simulator in simulators)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"node {simulator.Node} of {Cluster.Nodes.Count} listens at {simulator.Endpoint}");
        }

        yield return string.Empty;
        yield return "In another terminal:";
        yield return $"  export {QuorumEndpoint.EnvironmentVariable}={simulators[0].Endpoint}";
        yield return "  quorum watch";
        if (host.IsInputTerminal)
        {
            yield return string.Empty;
            yield return "Type a command, help, show or quit.";
        }
    }

    private async Task PlayAsync(SimulationScript script, double speed, CancellationToken cancellationToken)
    {
        await script.RunAsync(Cluster, speed, Announce, TimeProvider.System, cancellationToken);
        Write(["the script has ended", .. Views()]);

        void Announce(SimulationStep step)
        {
            string text = step.Command.Saying ?? step.Command.ToString();
            Write([string.Create(CultureInfo.InvariantCulture, $"{step.At.TotalSeconds:0.0} s: {text}")]);
        }
    }

    // Returns whether the simulation ends.
    private async Task<bool> ReadCommandsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (host.IsInputTerminal)
            {
                Write(static writer => writer.Write(Prompt));
            }

            // A terminal cannot be read asynchronously. After a cancellation the thread stays blocked in ReadLine. That
            // does not keep the process alive.
            string? line = await Task.Run(host.In.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);
            switch (line?.Trim())
            {
                case null:
                    return host.IsInputTerminal;
                case "quit" or "exit":
                    return true;
                case "":
                    break;
                case "help":
                    Write(Help());
                    break;
                case "show":
                    Write(Views());
                    break;
                case { } text:
                    Apply(text);
                    break;
            }
        }
    }

    private static IEnumerable<string> Help() =>
    [
        .. SimulationCommand.Help.Split('\n'),
        "show                  what each node sees",
        "quit                  end",
    ];

    private void Apply(string text)
    {
        try
        {
            SimulationCommand.Parse(text).Apply(Cluster);
            Write(Views());
        }
        catch (Exception e) when (e is FormatException or ArgumentException or IOException)
        {
            host.WriteError(e.Message);
        }
    }

    private IEnumerable<string> Views() => Cluster.Nodes.Select(node => "  " + Cluster.View(node.Value));

    private void Write(IEnumerable<string> lines) => Write(writer =>
    {
        foreach (string line in lines)
        {
            writer.WriteLine(line);
        }
    });

    // The simulation goes on without a reader that does not read, and ends when its reader has left.
    private void Write(Action<TextWriter> write)
    {
        if (_out.Write(write) is { } lost && CommandHost.IsBrokenPipe(lost))
        {
            throw lost;
        }
    }
}
