using System.Diagnostics;

namespace Quorum.Managed.Cli;

// One time limit for all that a command asks the daemon.
internal static class LimitedQuestion
{
    // A time-out of the last request ends at the limit, or just before it.
    private const double NearlyAll = 0.95;

    // Returns null, and has said why, if the limit ended it. Other failures are the caller's. beforeTelling gives a
    // screen back on which the reason would be lost.
    public static async Task<T?> AskAsync<T>(
        CommandHost host,
        QuorumConnectionOptions options,
        TimeSpan timeout,
        Func<CancellationToken, ValueTask<T>> ask,
        CancellationToken cancellationToken,
        Action? beforeTelling = null)
        where T : class
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        long start = Stopwatch.GetTimestamp();
        try
        {
            return await ask(limit.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or QuorumException
            && IsOver(limit, start, timeout) && !cancellationToken.IsCancellationRequested)
        {
            beforeTelling?.Invoke();
            host.WriteError(NoAnswer(options.Endpoint, timeout));
            return null;
        }
    }

    public static bool IsOver(CancellationTokenSource limit, long start, TimeSpan timeout) =>
        limit.IsCancellationRequested || Stopwatch.GetElapsedTime(start) >= timeout * NearlyAll;

    public static string NoAnswer(QuorumEndpoint endpoint, TimeSpan timeout)
    {
        string daemon = endpoint == QuorumEndpoint.Automatic ? "The daemon" : $"The daemon at {endpoint}";
        return $"{daemon} did not answer within {Durations.Format(timeout)}. It may be stopped, overloaded or " +
            "starting: look at its process and log, or give a longer --timeout.";
    }
}
