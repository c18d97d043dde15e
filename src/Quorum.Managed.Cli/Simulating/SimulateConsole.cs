using System.Globalization;
using Quorum.Managed.Protocol;
using Quorum.Managed.Testing;

namespace Quorum.Managed.Cli.Simulating;

// Says how to connect, runs the script, and does what is typed.
internal sealed class SimulateConsole(CommandHost host, SimulatedCluster cluster, IReadOnlyList<QuorumSimulator> simulators)
{
    private const string Prompt = "> ";
    private readonly Lock _lock = new();

    // Ends with quit, and with the end of input when somebody types; else when it is cancelled.
    public async Task RunAsync(SimulationScript? script, double speed, CancellationToken cancellationToken)
    {
        Write(Welcome());
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task playing = script is null ? Task.CompletedTask : PlayAsync(script, speed, stop.Token);
        Task<bool> typing = ReadAsync(stop.Token);
        try
        {
            if (await Task.WhenAny(playing, typing) == playing)
            {
                await playing;
            }

            if (!await typing)
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
            yield return string.Create(CultureInfo.InvariantCulture, $"node {simulator.Node} of {cluster.Nodes.Count} listens at {simulator.Endpoint}");
        }

        yield return string.Empty;
        yield return "In another terminal:";
        yield return $"  export QUORUM_ENDPOINT={simulators[0].Endpoint}";
        yield return "  quorum watch";
        if (host.IsInputTerminal)
        {
            yield return string.Empty;
            yield return "Type a command, help, show or quit.";
        }
    }

    private async Task PlayAsync(SimulationScript script, double speed, CancellationToken cancellationToken)
    {
        // A step is announced before it is done; what came of it is shown with the next one, or at the end.
        await script.RunAsync(
            cluster,
            speed,
            step => Write([string.Create(CultureInfo.InvariantCulture, $"{step.At.TotalSeconds:0.0} s: {step.Command.Saying ?? step.Command.ToString()}")]),
            TimeProvider.System,
            cancellationToken);
        Write(["the script has ended", .. Views()]);
    }

    // True: quit.
    private async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (host.IsInputTerminal)
            {
                await host.Out.WriteAsync(Prompt.AsMemory(), cancellationToken);
                await host.Out.FlushAsync(cancellationToken);
            }

            // The console's reader knows no asynchronous way, and this thread may be left behind in it.
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
                    Write([.. SimulationCommand.Help.Split('\n'), "show                  what each node sees", "quit                  end"]);
                    break;
                case "show":
                    Write(Views());
                    break;
                case { } text:
                    Do(text);
                    break;
            }
        }
    }

    private void Do(string text)
    {
        try
        {
            SimulationCommand.Parse(text).Apply(cluster);
            Write(Views());
        }
        catch (Exception e) when (e is FormatException or ArgumentException or IOException)
        {
            host.WriteError(e.Message);
        }
    }

    private IEnumerable<string> Views()
    {
        foreach (NodeId node in cluster.Nodes)
        {
            yield return "  " + cluster.View(node.Value);
        }
    }

    private void Write(IEnumerable<string> lines)
    {
        lock (_lock)
        {
            foreach (string line in lines)
            {
                host.Out.WriteLine(line);
            }

            host.Out.Flush();
        }
    }
}
