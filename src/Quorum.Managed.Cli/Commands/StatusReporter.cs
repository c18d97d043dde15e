using System.CommandLine;
using Quorum.Managed.Cli.Output;

namespace Quorum.Managed.Cli.Commands;

// The common frame of status and check: one limit for everything, one report whatever happens, and the exit code that goes with it. They block the thread they run
// on: to start what asynchronous calls need takes longer than all their waiting.
internal static class StatusReporter
{
    public static int Run(
        CommandHost host,
        DaemonOptions options,
        ParseResult result,
        Func<QuorumConnectionOptions, CancellationToken, StatusReport> fetch,
        Action<TextWriter, StatusReport> writeText,
        CancellationToken cancellationToken)
    {
        QuorumConnectionOptions connection = options.Connection(result);
        StatusReport report = Fetch(fetch, connection, options.Timeout(result), cancellationToken);
        if (report.Error is not null)
        {
            host.WriteError(report.Error);
        }

        try
        {
            if (options.Json(result))
            {
                using JsonLineWriter json = new(host.Out);
                json.Status(report);
            }
            else if (report.Error is null)
            {
                writeText(host.Out, report);
                host.Out.Flush();
            }
        }
        catch (IOException e) when (CommandHost.IsBrokenPipe(e))
        {
            // The exit code is an answer too.
        }

        return report.Quorate is { } quorate ? ExitCodes.ForQuorate(quorate) : ExitCodes.Unknown;
    }

    // Ends calls that cannot be cancelled otherwise.
    public static CancellationTokenRegistration Limit(QuorumConnection connection, CancellationToken cancellationToken) =>
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
        catch (Exception e) when ((e is OperationCanceledException or ObjectDisposedException) && limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            string daemon = connection.Endpoint == QuorumEndpoint.Automatic ? "The daemon" : $"The daemon at {connection.Endpoint}";
            return StatusReport.Failed(
                $"{daemon} did not answer within {Durations.Format(timeout)}. It may be stopped, overloaded or starting: look at its process and log, or give a longer --timeout.");
        }
    }
}
