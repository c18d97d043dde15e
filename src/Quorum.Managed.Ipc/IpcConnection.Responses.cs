using System.Runtime.CompilerServices;

namespace Quorum.Managed.Ipc;

/// <content>Waiting for responses.</content>
public sealed partial class IpcConnection
{
    private int AwaitResponse(Span<byte> response, Deadline deadline, TimeSpan timeout)
    {
        _ = _transport.SpinForResponse(asynchronous: false);
        TimeSpan slice = TimeSpan.FromMilliseconds(1);
        bool waited = false;
        while (true)
        {
            if (TryTakeResponse(response, out int length))
            {
                return length;
            }

            if (waited)
            {
                ThrowIfLate(deadline, timeout);
            }

            _transport.WaitForResponse(deadline.Slice(slice));
            waited = true;
            slice = slice * 2 < LongestSlice ? slice * 2 : LongestSlice;
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
