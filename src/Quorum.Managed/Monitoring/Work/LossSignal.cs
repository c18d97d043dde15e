namespace Quorum.Managed;

// Cancels the token of a quorate period.
internal static class LossSignal
{
    // A thread of its own cancels the token and runs its callbacks. The callbacks are user code: they may block, and
    // the thread pool may be starved. The caller may hold a lock, because it does not wait for the thread.
    // PublishedSnapshot.WaitForLoss waits until the token is cancelled.
    public static void Send(CancellationTokenSource lost, Action<Exception>? unobservedError)
    {
        try
        {
            Thread thread = new(() => Cancel(lost, unobservedError)) { IsBackground = true, Name = "quorum lost" };
            thread.UnsafeStart();
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            // There is no thread to be had. The token is cancelled all the same, its callbacks run on the pool.
            _ = lost.CancelAsync();
        }
    }

    private static void Cancel(CancellationTokenSource lost, Action<Exception>? unobservedError)
    {
        try
        {
            lost.Cancel();
        }
        catch (AggregateException e)
        {
            UserCode.Report(unobservedError, e);
        }
    }
}
