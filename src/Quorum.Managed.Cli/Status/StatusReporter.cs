using System.CommandLine;
using System.Diagnostics;

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
        bool outputIsTheAnswer,
        CancellationToken cancellationToken)
    {
        FirstProcess.EndOnSignals();
        QuorumConnectionOptions connection = arguments.Connection(result);
        StatusReport report = Fetch(fetch, connection, arguments.Timeout(result), cancellationToken);
        if (report.Error is not null)
        {
            host.WriteError(report.Error);
        }

        bool json = arguments.Json(result);
        IOException? lost = json || report.Error is null || report.Members is not null
            ? host.TryWrite(
                writer => Write(writer, report, json, writeText), outputIsTheAnswer ? AnswerOutput.Patience : null)
            : null;
        if (lost is null || CommandHost.IsBrokenPipe(lost))
        {
            return ExitCodes.For(report.State);
        }

        // A script that read nothing of a status must not take it for a success.
        host.WriteError(QuorumCommand.Unwritten(lost));
        return outputIsTheAnswer ? ExitCodes.Unknown : ExitCodes.For(report.State);
    }

    private static void Write(
        TextWriter writer, StatusReport report, bool json, Action<TextWriter, StatusReport> writeText)
    {
        if (json)
        {
            StatusJson.Write(writer, report);
        }
        else
        {
            writeText(writer, report);
        }
    }

    private static StatusReport Fetch(
        Func<QuorumConnectionOptions, CancellationToken, StatusReport> fetch,
        QuorumConnectionOptions connection,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        long start = Stopwatch.GetTimestamp();
        try
        {
            return fetch(connection, limit.Token);
        }
        catch (QuorumException e) when (!IsOver())
        {
            return StatusReport.Failed(CommandHost.OneLine(e.Message));
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or QuorumException
            && IsOver() && !cancellationToken.IsCancellationRequested)
        {
            return StatusReport.Failed(LimitedQuestion.NoAnswer(connection.Endpoint, timeout));
        }

        bool IsOver() => LimitedQuestion.IsOver(limit, start, timeout);
    }
}
