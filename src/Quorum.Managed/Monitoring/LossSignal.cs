namespace Quorum.Managed;

// Cancels the token of a quorate period.
internal static class LossSignal
{
    // The token is cancelled when this method returns. Its callbacks are user code: they run on a thread of their own,
    // because they may block and the thread pool may be starved. The caller may hold a lock: the callbacks are not
    // waited for.
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

        SpinWait spin = default;
        while (!lost.IsCancellationRequested)
        {
            spin.SpinOnce();
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
