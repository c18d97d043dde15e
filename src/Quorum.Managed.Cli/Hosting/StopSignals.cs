using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Quorum.Managed.Cli;

// Cancels a token on SIGINT, SIGTERM and SIGHUP, so that a command that runs until it is told to stop ends in order.
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A command that was left behind still uses the token. The process ends soon.")]
internal sealed class StopSignals
{
    // How long a command may take to end after a signal. A command whose output nobody reads never ends.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop;
    private readonly PosixSignalRegistration[] _registrations;

    private StopSignals(CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal),
        ];
    }

    public CancellationToken Token => _stop.Token;

    // Runs a command until it ends or is told to stop. A command that has not ended some time after a signal is left
    // behind: it waits for the reader of its output, and must not keep the process.
    public static async Task<int> RunAsync(
        Func<StopSignals, Task<int>> command, CancellationToken cancellationToken)
    {
        StopSignals signals = new(cancellationToken);
        try
        {
            Task<int> running = Task.Run(() => command(signals), CancellationToken.None);
            if (await Task.WhenAny(running, signals._told.Task) != running)
            {
                await Task.WhenAny(running, Task.Delay(Patience, CancellationToken.None));
            }

            return running.IsCompleted ? await running : ExitCodes.Done;
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return ExitCodes.Done;
        }
        finally
        {
            foreach (PosixSignalRegistration registration in signals._registrations)
            {
                registration.Dispose();
            }
        }
    }

    public void Stop() => _stop.Cancel();

    // For a command that only shows things: it ends when nobody can see them any more, also while nothing happens.
    public void StopWithoutReader(CommandHost host)
    {
        if (host.OutDescriptor is { } descriptor)
        {
            Thread thread = new(() =>
            {
                if (DescriptorCalls.WaitUntilClosed(descriptor))
                {
                    Tell();
                }
            })
            { IsBackground = true, Name = "reader" };
            thread.Start();
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        Tell();
    }

    private void Tell()
    {
        _told.TrySetResult();
        _stop.Cancel();
    }
}
