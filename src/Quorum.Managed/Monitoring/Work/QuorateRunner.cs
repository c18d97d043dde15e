using System.Globalization;

namespace Quorum.Managed;

// One call of RunWhileQuorateAsync. The work never runs twice at the same time.
internal sealed class QuorateRunner(
    IQuorateSource monitor,
    Func<CancellationToken, Task> work,
    RunWhileQuorateOptions options,
    Action<Exception>? unobservedError)
{
    // How often a strict run looks whether the lease has been renewed. It starts only with a lease that is long enough.
    private static readonly TimeSpan LeaseLook = TimeSpan.FromMilliseconds(10);

    // snapshots end when the monitor is disposed.
    public static async Task<QuorumSnapshot> WaitForQuorumAsync(
        IAsyncEnumerable<QuorumSnapshot> snapshots, string monitor)
    {
        await foreach (QuorumSnapshot snapshot in snapshots.ConfigureAwait(false))
        {
            if (snapshot.IsQuorate)
            {
                return snapshot;
            }
        }

        throw new ObjectDisposedException(monitor);
    }

    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            CancellationToken lost = await WaitSettledAsync(cancellationToken).ConfigureAwait(false);
            using LeaseAlarm? alarm = options.Strict ? new LeaseAlarm(monitor, options.Grace, unobservedError) : null;
            using CancellationTokenSource told = CancellationTokenSource.CreateLinkedTokenSource(
                lost, alarm?.Token ?? CancellationToken.None, cancellationToken);

            // The work's own callbacks may block. They must hold up neither other work nor the grace.
            CancellationTokenSource stop = new();
            using CancellationTokenRegistration link = told.Token.UnsafeRegister(
                _ => LossSignal.Send(stop, unobservedError), null);
            StartGate gate = new();
            Task running = Task.Run(
                () => gate.TryStart(() => MayRun(lost, told.Token)) ? work(stop.Token) : Task.CompletedTask,
                CancellationToken.None);
            await running.WaitAsync(told.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!gate.HasStarted())
            {
                cancellationToken.ThrowIfCancellationRequested();
                continue;
            }

            if (!running.IsCompleted)
            {
                // This may run within the cancellation of told, before the link's turn. With a grace of zero, the end
                // of this call would then take the link away.
                if (!stop.IsCancellationRequested)
                {
                    LossSignal.Send(stop, unobservedError);
                }

                await WaitForEndAsync(running).ConfigureAwait(false);
            }

            bool stopped = told.IsCancellationRequested;
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
    private bool IsSame(CancellationToken lost) => monitor.WorkLost == lost && !lost.IsCancellationRequested;

    private bool MayRun(CancellationToken lost, CancellationToken stop) =>
        IsSame(lost) && !stop.IsCancellationRequested && HasTime();

    // Whether a lease is long enough for work to start.
    private bool HasTime() =>
        !options.Strict || (LeaseAlarm.LeftFor(monitor, options.Grace) is { } left && left > TimeSpan.Zero);

    private void CheckGrace()
    {
        if (options.Strict && monitor.LeastLeaseLeft is { } least && options.Grace >= least)
        {
            throw new InvalidOperationException(
                $"A grace of {Text(options.Grace)} does not fit the lease: just before it is renewed, a lease has "
                + $"{Text(least)} left at the time-outs of this cluster. Use a shorter grace, or a longer "
                + "totem.consensus.");
        }

        static string Text(TimeSpan time) => time.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture) + " s";
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
            CancellationToken lost = monitor.WorkLost;
            if (options.SettleTime > TimeSpan.Zero && !lost.IsCancellationRequested)
            {
                using CancellationTokenSource stop =
                    CancellationTokenSource.CreateLinkedTokenSource(lost, cancellationToken);
                await Task.Delay(options.SettleTime, monitor.Time, stop.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
            }

            CheckGrace();
            if (IsSame(lost) && HasTime())
            {
                return lost;
            }

            if (options.Strict)
            {
                await Task.Delay(LeaseLook, monitor.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
