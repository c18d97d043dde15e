namespace Quorum.Managed;

// One call of RunWhileQuorateAsync. The work never runs twice at the same time.
internal sealed class QuorateRunner(
    QuorumMonitor monitor, Func<CancellationToken, Task> work, RunWhileQuorateOptions options)
{
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            CancellationToken lost = await WaitSettledAsync(cancellationToken).ConfigureAwait(false);
            using CancellationTokenSource stop =
                CancellationTokenSource.CreateLinkedTokenSource(lost, cancellationToken);
            Task running = Task.Run(() => work(stop.Token), CancellationToken.None);
            await running.WaitAsync(stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!running.IsCompleted)
            {
                await WaitForEndAsync(running).ConfigureAwait(false);
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

    private async Task WaitForEndAsync(Task running)
    {
        try
        {
            await running.WaitAsync(options.Grace, monitor.Time).ConfigureAwait(false);
        }
        catch (TimeoutException e) when (!running.IsCompleted)
        {
            // The caller gets the timeout and no longer awaits the work. Reading a late error marks it as observed.
            _ = running.ContinueWith(
                static task => task.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default);
            throw new TimeoutException(
                $"The work still runs {options.Grace} after quorum was lost or it was cancelled.", e);
        }
        catch (Exception) when (running.IsCompleted)
        {
            // RunAsync looks at the result of the work.
        }
    }

    // Waits until the node has been quorate for the settle time. The token belongs to that quorate period.
    private async Task<CancellationToken> WaitSettledAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await monitor.WaitForQuorumAsync(cancellationToken).ConfigureAwait(false);
            CancellationToken lost = monitor.QuorumLost;
            if (options.SettleTime > TimeSpan.Zero && !lost.IsCancellationRequested)
            {
                using CancellationTokenSource stop =
                    CancellationTokenSource.CreateLinkedTokenSource(lost, cancellationToken);
                await Task.Delay(options.SettleTime, monitor.Time, stop.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (!lost.IsCancellationRequested)
            {
                return lost;
            }
        }
    }
}
