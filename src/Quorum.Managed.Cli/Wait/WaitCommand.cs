using System.CommandLine;

namespace Quorum.Managed.Cli;

// Returns when this node is quorate, for scripts that need quorum to go on.
internal static class WaitCommand
{
    public static Command Create(CommandHost host)
    {
        Command command = new(
            "wait", "Wait until this node is quorate, also if corosync has yet to start. --timeout limits the wait.");
        DaemonArguments daemon = DaemonArguments.ForQuorum(command);
        MonitorArguments arguments = new(command, daemon);
        command.SetAction(async (result, cancellationToken) =>
        {
            FirstProcess.EndOnSignals();
            await using QuorumMonitor monitor = arguments.Create(result);
            monitor.Start();
            using WaitingNotice notice = WaitingNotice.Start(monitor, host.WriteError);
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (daemon.GivenTimeout(result) is { } timeout)
            {
                limit.CancelAfter(timeout);
            }

            try
            {
                StatusReport report = StatusReport.Of(await monitor.WaitForQuorumAsync(limit.Token));
                _ = host.TryWrite(writer => Write(writer, report, daemon.Json(result)));
                return ExitCodes.Done;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                string time = Durations.Format(daemon.GivenTimeout(result)!.Value);
                host.WriteError($"not quorate after {time}: {monitor.Current}");
                return ExitCodes.For(monitor.Current.State);
            }
        });
        return command;
    }

    private static void Write(TextWriter writer, StatusReport report, bool json)
    {
        if (json)
        {
            StatusJson.Write(writer, report);
        }
        else
        {
            writer.WriteLine($"{QuorateText.Of(true)}, basis {report.Basis}");
        }
    }
}
