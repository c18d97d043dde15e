using System.Runtime.CompilerServices;

namespace Quorum.Managed.Ipc;

/// <content>Waiting for responses.</content>
public sealed partial class IpcConnection
{
    // For the timeout from now on, and up to a slice longer: the clock is not asked before the first sleep has ended.
    private int AwaitResponse(Span<byte> response, TimeSpan timeout)
    {
        // When spinning did not find it, the wait looks again before it sleeps.
        if (_transport.SpinForResponse(asynchronous: false) && TryTakeResponse(response, out int length))
        {
            return length;
        }

        _transport.WaitForResponse((ulong)timeout.Ticks < (ulong)WaitSlice.Ticks ? timeout : WaitSlice);
        if (TryTakeResponse(response, out length))
        {
            return length;
        }

        Deadline deadline = Deadline.After(timeout);
        ThrowIfLate(deadline, timeout);
        return SleepForResponse(response, deadline, timeout);
    }

    private int AwaitResponse(Span<byte> response, Deadline deadline, TimeSpan timeout) =>
        _transport.SpinForResponse(asynchronous: false) && TryTakeResponse(response, out int length) ? length : SleepForResponse(response, deadline, timeout);

    private int SleepForResponse(Span<byte> response, Deadline deadline, TimeSpan timeout)
    {
        while (true)
        {
            _transport.WaitForResponse(deadline.Slice(WaitSlice));
            if (TryTakeResponse(response, out int length))
            {
                return length;
            }

            ThrowIfLate(deadline, timeout);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> AwaitResponseAsync(
        Memory<byte> response, Deadline deadline, TimeSpan timeout, CancellationToken cancellationToken)
    {
        _ = _transport.SpinForResponse(asynchronous: true);
        for (int attempt = 0; ; attempt++)
        {
            if (TryTakeResponse(response.Span, out int length))
            {
                return length;
            }

            if (attempt > 0)
            {
                ThrowIfLate(deadline, timeout);
            }

            cancellationToken.ThrowIfCancellationRequested();
            await _waiter.WaitAsync(attempt).ConfigureAwait(false);
        }
    }

    private bool TryTakeResponse(Span<byte> response, out int length)
    {
        length = _transport.TryReceive(response);
        if (length < 0)
        {
            return false;
        }

        _outstanding = false;
        return true;
    }
}
