using System.Runtime.CompilerServices;

namespace Quorum.Managed.Ipc;

/// <content>Waiting for responses.</content>
public sealed partial class IpcConnection
{
    private int AwaitResponse(Span<byte> response, Deadline deadline, TimeSpan timeout)
    {
        // When spinning did not find it, the wait looks again before it sleeps.
        if (_transport.SpinForResponse(asynchronous: false) && TryTakeResponse(response, out int length))
        {
            return length;
        }

        while (true)
        {
            _transport.WaitForResponse(deadline.Slice(WaitSlice));
            if (TryTakeResponse(response, out length))
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
