using System.CommandLine;

namespace Quorum.Managed.Cli;

// Shows every notification until a signal ends it.
internal static class WatchCommand
{
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

    private static Task<int> RunAsync(
        CommandHost host, QuorumConnectionOptions options, bool json, CancellationToken cancellationToken) =>
        StopSignals.RunAsync(
            async signals =>
            {
                signals.StopWithoutReader(host);
                using IStorySink sink = WatchSinks.Create(host, json);
                await new Watcher(options, sink, TimeProvider.System).RunAsync(signals.Token);
                return ExitCodes.Done;
            },
            cancellationToken);
}
