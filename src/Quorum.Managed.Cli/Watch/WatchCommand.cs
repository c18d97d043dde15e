using System.CommandLine;

namespace Quorum.Managed.Cli;

// Shows every notification until a signal ends it.
internal static class WatchCommand
{
    // If the reader of the output does not read, a write blocks and the first signal has no effect. So after this time
    // another signal ends the process.
    private static readonly TimeSpan SignalLimit = TimeSpan.FromSeconds(1);

    public static Command Create(CommandHost host)
    {
        Command command = new(
            "watch",
            "Show every change of membership and quorum as it happens: a live table on a terminal, otherwise a line " +
            "for each change. Ctrl-C ends it.");
        DaemonArguments arguments = DaemonArguments.ForAnswer(command);
        command.SetAction((result, cancellationToken) =>
            RunAsync(host, arguments.Connection(result), arguments.Json(result), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandHost host, QuorumConnectionOptions options, bool json, CancellationToken cancellationToken)
    {
        using StopSignals signals = new(cancellationToken, SignalLimit);
        using IStorySink sink = WatchSinks.Create(host, json);
        try
        {
            await new Watcher(options, sink, TimeProvider.System).RunAsync(signals.Token);
            return ExitCodes.Done;
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return ExitCodes.Done;
        }
    }
}
