using System.Runtime.InteropServices;

namespace Quorum.Managed.Cli;

// Runs the command while the monitor's state is quorate. reportError gets messages for the user.
internal sealed class CommandRunner(
    QuorumMonitor monitor, string[] command, CommandRunnerOptions options, Action<string> reportError) : IDisposable
{
    // These are passed on to the command and do not stop it from running.
    private static readonly SignalNumber[] Forwarded =
    [
        SignalNumber.HangUp,
        SignalNumber.Quit,
        SignalNumber.User1,
        SignalNumber.User2,
        SignalNumber.WindowChange,
    ];

    private static readonly SignalNumber[] Stopping = [SignalNumber.Terminate, SignalNumber.Interrupt];

    private readonly CancellationTokenSource _stop = new();
    private volatile CommandProcess? _running;
    private SignalNumber _stopSignal;

    // The timeout limits the wait for quorum. Returns the exit code of exec.
    public async Task<int> RunAsync(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        PosixSignalRegistration[] registrations =
        [
            .. Forwarded.Select(signal => Register(signal, Forward)),
            .. Stopping.Select(signal => Register(signal, Stop)),
        ];
        using CancellationTokenSource stop =
            CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, cancellationToken);
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
            return ExitCodes.For(_stopSignal);
        }
        catch (OperationCanceledException)
        {
            reportError($"not quorate after {Durations.Format(timeout!.Value)}: {monitor.Current}");
            return ExitCodes.For(monitor.Current.State);
        }
        finally
        {
            foreach (PosixSignalRegistration registration in registrations)
            {
                registration.Dispose();
            }
        }
    }

    public void Dispose() => _stop.Dispose();

    private static PosixSignalRegistration Register(SignalNumber signal, Action<SignalNumber> handle) =>
        PosixSignalRegistration.Create((PosixSignal)signal, context =>
        {
            context.Cancel = true;
            handle(signal);
        });

    private async Task<int> RunWhileQuorateAsync(CancellationToken stop)
    {
        using GroupWatchdog watchdog = new();
        int code = ExitCodes.Done;
        // The monitor waits for the command without a limit, because RunOnceAsync has the limit: the grace.
        RunWhileQuorateOptions whileQuorate = new()
        {
            Grace = Timeout.InfiniteTimeSpan,
            SettleTime = options.SettleTime,
            Restart = options.Restart,
        };
        try
        {
            bool ended = await monitor.RunWhileQuorateAsync(
                async lost => code = await RunOnceAsync(watchdog, lost, stop).ConfigureAwait(false),
                whileQuorate,
                stop).ConfigureAwait(false);
            return ended ? code : ExitCodes.NotQuorate;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && code != ExitCodes.Done)
        {
            // A signal stopped the command. The command's own exit code shows how it reacted.
            return code;
        }
    }

    private async Task<int> RunOnceAsync(GroupWatchdog watchdog, CancellationToken lost, CancellationToken stop)
    {
        CommandProcess process = await CommandProcess.StartAsync(command).ConfigureAwait(false);
        watchdog.Watch(process.Pid);
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
                reportError($"quorum lost, stopping the command: {monitor.Current}");
            }

            return await process.StopAsync(options.Grace).ConfigureAwait(false);
        }
        finally
        {
            _running = null;
            watchdog.StopWatching();
        }
    }

    private void Forward(SignalNumber signal) => _running?.Signal(signal);

    // RunOnceAsync sends SIGTERM when _stop is cancelled. Another signal is passed on before that.
    private void Stop(SignalNumber signal)
    {
        _stopSignal = signal;
        if (signal != SignalNumber.Terminate)
        {
            _running?.Signal(signal);
        }

        _stop.Cancel();
    }
}
