using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Quorum.Managed.Cli;

// Cancels a token on SIGINT and SIGTERM, so that a command can end in order.
internal sealed class StopSignals : IDisposable
{
    private readonly TimeSpan? _limit;
    private readonly CancellationTokenSource _stop;
    private readonly PosixSignalRegistration[] _registrations;
    private long _firstSignal;

    // A signal that comes later than the limit after the first one ends the process. The limit gives the command time
    // to end, and it is needed because timeout(1) sends each signal twice at once. Null: no signal ends the process.
    public StopSignals(CancellationToken cancellationToken, TimeSpan? limit = null)
    {
        _limit = limit;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        ];
    }

    public CancellationToken Token => _stop.Token;

    public void Stop() => _stop.Cancel();

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        long now = Stopwatch.GetTimestamp();
        long first = Interlocked.CompareExchange(ref _firstSignal, now, 0);
        context.Cancel = first == 0 || _limit is null || Stopwatch.GetElapsedTime(first, now) < _limit;
        _stop.Cancel();
    }
}
