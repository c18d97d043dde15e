using System.Runtime.InteropServices;

namespace Quorum.Managed.Cli.Executing;

// Runs the command while the monitor says quorate.
internal sealed class Executor(QuorumMonitor monitor, string[] command, ExecutorOptions options, Action<string> say) : IDisposable
{
    // Besides those that end us: what a command may want to hear of.
    private static readonly int[] Forwarded = [1, 3, 10, 12, 28]; // SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH
    private readonly CancellationTokenSource _stop = new();
    private volatile CommandProcess? _running;
    private int _stopSignal;

    public async Task<int> RunAsync(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        List<PosixSignalRegistration> signals = [.. Forwarded.Select(signal => PosixSignalRegistration.Create((PosixSignal)signal, context => Forward(context, signal)))];
        signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, CommandProcess.SigTerm)));
        signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, 2)));
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, cancellationToken);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        if (timeout is { } time)
        {
            limit.CancelAfter(time);
        }

        try
        {
            await monitor.WaitForQuorumAsync(limit.Token).ConfigureAwait(false);
            return await RunWhileQuorateAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 128 + _stopSignal;
        }
        catch (OperationCanceledException)
        {
            say($"not quorate after {Durations.Format(timeout!.Value)}: {monitor.Current}");
            return ExitCodes.For(monitor.Current);
        }
        finally
        {
            signals.ForEach(static signal => signal.Dispose());
        }
    }

    public void Dispose() => _stop.Dispose();

    private async Task<int> RunWhileQuorateAsync(CancellationToken stop)
    {
        using Guard guard = new();
        int code = ExitCodes.Done;
        try
        {
            bool ended = await monitor.RunWhileQuorateAsync(
                async lost => code = await RunOnceAsync(guard, lost, stop).ConfigureAwait(false),
                new RunWhileQuorateOptions { Grace = Timeout.InfiniteTimeSpan, SettleTime = options.SettleTime, Restart = options.Restart },
                stop).ConfigureAwait(false);
            return ended ? code : ExitCodes.NotQuorate;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && code != ExitCodes.Done)
        {
            // Stopped by a signal: the command's own code says how it took it.
            return code;
        }
    }

    private async Task<int> RunOnceAsync(Guard guard, CancellationToken lost, CancellationToken stop)
    {
        CommandProcess process = await CommandProcess.StartAsync(command).ConfigureAwait(false);
        guard.Watch(process.Pid);
        _running = process;
        try
        {
            await ((Task)process.Exit).WaitAsync(lost).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (process.Exit.IsCompleted)
            {
                return await process.EndAsync().ConfigureAwait(false);
            }

            if (!stop.IsCancellationRequested)
            {
                say($"quorum lost, stopping the command: {monitor.Current}");
            }

            return await process.StopAsync(options.Grace).ConfigureAwait(false);
        }
        finally
        {
            _running = null;
            guard.Watch(0);
        }
    }

    private void Forward(PosixSignalContext context, int signal)
    {
        context.Cancel = true;
        _running?.Signal(signal);
    }

    // The command hears of the signal that came; RunOnceAsync waits for it, and SIGTERM follows for those that do not end by it.
    private void Stop(PosixSignalContext context, int signal)
    {
        context.Cancel = true;
        _stopSignal = signal;
        if (signal != CommandProcess.SigTerm)
        {
            _running?.Signal(signal);
        }

        _stop.Cancel();
    }
}
