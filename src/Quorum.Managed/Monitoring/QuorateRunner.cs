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
            bool started = false;
            Task running = Task.Run(
                () =>
                {
                    // The pool may have been busy, or this process may have stood still. The state decides now.
                    started = IsSame(lost) && !stop.IsCancellationRequested;
                    return started ? work(stop.Token) : Task.CompletedTask;
                },
                CancellationToken.None);
            await running.WaitAsync(stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!running.IsCompleted)
            {
                await WaitForEndAsync(running).ConfigureAwait(false);
            }

            if (running.IsCompletedSuccessfully && !started)
            {
                cancellationToken.ThrowIfCancellationRequested();
                continue;
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

    // Whether the quorate period of this token still lasts. Reads the present state: a token of a process that stood
    // still may not be cancelled yet.
    private bool IsSame(CancellationToken lost) => monitor.QuorumLost == lost && !lost.IsCancellationRequested;

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

            if (IsSame(lost))
            {
                return lost;
            }
        }
    }
}
