using System.CommandLine;

namespace Quorum.Managed.Cli.Commands;

// Returns when this node is quorate: for scripts that must not go on before.
internal static class WaitCommand
{
    public static Command Create(CommandHost host)
    {
        Command command = new("wait", "Wait until this node is quorate, also for corosync to start; with --timeout no longer than that.");
        DaemonOptions daemon = new(command, host);
        MonitorOptions options = new(command, daemon);
        command.SetAction(async (result, cancellationToken) =>
        {
            await using QuorumMonitor monitor = options.Create(result);
            monitor.Start();
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (daemon.GivenTimeout(result) is { } timeout)
            {
                limit.CancelAfter(timeout);
            }

            try
            {
                await monitor.WaitForQuorumAsync(limit.Token);
                return ExitCodes.Done;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                host.WriteError($"not quorate after {Durations.Format(daemon.Timeout(result))}: {monitor.Current}");
                return ExitCodes.For(monitor.Current);
            }
        });
        return command;
    }
}
