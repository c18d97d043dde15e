namespace Quorum.Managed;

// One call of RunWhileQuorateAsync. The work never runs twice at once.
internal sealed class QuorateRunner(QuorumMonitor monitor, Func<CancellationToken, Task> work, RunWhileQuorateOptions options)
{
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            CancellationToken lost = await WaitSettledAsync(cancellationToken).ConfigureAwait(false);
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(lost, cancellationToken);
            Task running = Task.Run(() => work(stop.Token), CancellationToken.None);
            await running.WaitAsync(stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!running.IsCompleted)
            {
                await EndAsync(running).ConfigureAwait(false);
            }

            bool stopped = stop.IsCancellationRequested;
            if (!running.IsCanceled || !stopped)
            {
                await running.ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (!stopped)
            {
                return true;
            }

            if (!options.Restart)
            {
                return false;
            }
        }
    }

    private async Task EndAsync(Task running)
    {
        try
        {
            await running.WaitAsync(options.Grace, monitor.Time).ConfigureAwait(false);
        }
        catch (TimeoutException e) when (!running.IsCompleted)
        {
            // Nobody awaits it any more.
            _ = running.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw new TimeoutException($"The work did not end within {options.Grace} after quorum was lost or it was cancelled, and still runs.", e);
        }
        catch (Exception) when (running.IsCompleted)
        {
            // Looked at by the caller.
        }
    }

    private async Task<CancellationToken> WaitSettledAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            CancellationToken lost = await monitor.WaitForPeriodAsync(cancellationToken).ConfigureAwait(false);
            if (options.SettleTime > TimeSpan.Zero)
            {
                using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(lost, cancellationToken);
                await Task.Delay(options.SettleTime, monitor.Time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (!lost.IsCancellationRequested)
            {
                return lost;
            }
        }
    }
}
