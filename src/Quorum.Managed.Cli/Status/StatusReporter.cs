using System.CommandLine;

namespace Quorum.Managed.Cli;

// What status and check have in common: one time limit for everything, one report also after a failure, and the exit
// code for it. Both block the calling thread. Asynchronous calls would cost more in start-up than they save in waiting.
internal static class StatusReporter
{
    public static int Run(
        CommandHost host,
        DaemonArguments arguments,
        ParseResult result,
        Func<QuorumConnectionOptions, CancellationToken, StatusReport> fetch,
        Action<TextWriter, StatusReport> writeText,
        CancellationToken cancellationToken)
    {
        QuorumConnectionOptions connection = arguments.Connection(result);
        StatusReport report = Fetch(fetch, connection, arguments.Timeout(result), cancellationToken);
        if (report.Error is not null)
        {
            host.WriteError(report.Error);
        }

        try
        {
            if (arguments.Json(result))
            {
                StatusJson.Write(host.Out, report);
            }
            else if (report.Error is null || report.Members is not null)
            {
                writeText(host.Out, report);
                host.Out.Flush();
            }
        }
        catch (IOException e) when (CommandHost.IsBrokenPipe(e))
        {
            // The exit code still tells the answer.
        }

        return ExitCodes.For(report.State);
    }

    // Disposes the connection on cancellation, which ends calls that take no token.
    public static CancellationTokenRegistration Limit(
        QuorumConnection connection, CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static state => ((QuorumConnection)state!).Dispose(), connection);

    private static StatusReport Fetch(
        Func<QuorumConnectionOptions, CancellationToken, StatusReport> fetch,
        QuorumConnectionOptions connection,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            return fetch(connection, limit.Token);
        }
        catch (QuorumException e)
        {
            return StatusReport.Failed(CommandHost.OneLine(e.Message));
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException
            && limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            string daemon = connection.Endpoint == QuorumEndpoint.Automatic
                ? "The daemon"
                : $"The daemon at {connection.Endpoint}";
            return StatusReport.Failed(
                $"{daemon} did not answer within {Durations.Format(timeout)}. It may be stopped, overloaded or " +
                "starting: look at its process and log, or give a longer --timeout.");
        }
    }
}
