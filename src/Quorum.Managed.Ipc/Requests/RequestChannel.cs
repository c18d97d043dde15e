using System.Runtime.CompilerServices;

namespace Quorum.Managed.Ipc;

// The requests of a connection and their responses.
//
// Invariants:
//  1. Only the holder of the mutex sends a request or takes a response, so one request at most is in flight.
//  2. _outstanding is set from before a request is sent until its response was taken. A caller that finds it set drops
//     the late response first: the next response that comes belongs to the request that was given up.
internal sealed class RequestChannel
{
    // The time between two looks at whether the daemon is still there. It is longer than a tick of the kernel's clock
    // (4 ms on most kernels): a sleep that ends before the next tick has the timer programmed for it, twice a call,
    // which costs microseconds on a virtual machine.
    private static readonly TimeSpan WaitSlice = TimeSpan.FromMilliseconds(5);

    // The longest pause between two attempts to send, in milliseconds.
    private const int LongestPause = 10;

    private readonly IpcTransport _transport;
    private readonly ConnectionLifetime _lifetime;
    private readonly ResponseWaiter _waiter;
    private bool _outstanding;

    public RequestChannel(IpcTransport transport, ConnectionLifetime lifetime, int maxMessageSize)
    {
        _transport = transport;
        _lifetime = lifetime;
        _waiter = new ResponseWaiter(transport);
        MaxMessageSize = maxMessageSize;
    }

    public AsyncMutex Mutex { get; } = new();

    public int MaxMessageSize { get; }

    public int Request(ReadOnlySpan<byte> request, Span<byte> response, TimeSpan timeout)
    {
        ThrowIfUnusable(request.Length);
        // The clock is read only when there is something to wait for besides the response.
        Deadline? deadline = null;
        if (!Mutex.TryEnter())
        {
            deadline = Deadline.After(timeout);
            if (!Mutex.Enter(deadline.Value))
            {
                throw IpcErrors.RequestTimedOut(timeout);
            }
        }

        return Exchange(request, response, deadline, timeout);
    }

    // Within a deadline that was set before, as part of a call whose whole limit is the timeout.
    public int Request(ReadOnlySpan<byte> request, Span<byte> response, Deadline deadline, TimeSpan timeout)
    {
        ThrowIfUnusable(request.Length);
        if (!Mutex.TryEnter() && !Mutex.Enter(deadline))
        {
            throw IpcErrors.RequestTimedOut(timeout);
        }

        return Exchange(request, response, deadline, timeout);
    }

    // For the holder of the mutex: sends, awaits the response and exits the mutex. One exchange runs at a time, so its
    // pooled state machine is reused from call to call.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ExchangeAsync(
        ReadOnlyMemory<byte> request,
        Memory<byte> response,
        Deadline deadline,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        try
        {
            if (deadline.IsPast)
            {
                // The wait for the mutex took all of the time.
                throw IpcErrors.RequestTimedOut(timeout);
            }

            if (_outstanding)
            {
                _ = await AwaitResponseAsync(response, deadline, timeout, cancellationToken).ConfigureAwait(false);
            }

            for (int attempt = 1; !TrySend(request.Span); attempt++)
            {
                ThrowIfLate(deadline, timeout);
                await Task.Delay(Math.Min(attempt, LongestPause), cancellationToken).ConfigureAwait(false);
            }

            return await AwaitResponseAsync(response, deadline, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (_lifetime.IsFatal(e))
        {
            throw _lifetime.Abort(IpcStage.Request, e);
        }
        finally
        {
            Mutex.Exit();
        }
    }

    public void ThrowIfUnusable(int requestLength)
    {
        _lifetime.ThrowIfUnusable(IpcStage.Request);
        if (requestLength > MaxMessageSize)
        {
            throw IpcErrors.RequestTooLarge(requestLength, MaxMessageSize);
        }
    }

    // For the holder of the mutex: sends, waits for the response and exits the mutex. Without a deadline, the timeout
    // begins with the wait for the response.
    private int Exchange(ReadOnlySpan<byte> request, Span<byte> response, Deadline? deadline, TimeSpan timeout)
    {
        try
        {
            if (deadline is { IsPast: true })
            {
                throw IpcErrors.RequestTimedOut(timeout);
            }

            if (_outstanding || !TrySend(request))
            {
                deadline ??= Deadline.After(timeout);
                SendLater(request, response, deadline.Value, timeout);
            }

            return deadline is { } limit
                ? AwaitResponse(response, limit, timeout)
                : AwaitResponse(response, timeout);
        }
        catch (Exception e) when (_lifetime.IsFatal(e))
        {
            throw _lifetime.Abort(IpcStage.Request, e);
        }
        finally
        {
            Mutex.Exit();
        }
    }

    private bool TrySend(ReadOnlySpan<byte> request)
    {
        // Set first: if sending fails halfway, nothing may be sent on top of it.
        _outstanding = true;
        bool sent = _transport.TrySend(request);
        _outstanding = sent;
        return sent;
    }

    private void SendLater(ReadOnlySpan<byte> request, Span<byte> response, Deadline deadline, TimeSpan timeout)
    {
        if (_outstanding)
        {
            _ = AwaitResponse(response, deadline, timeout);
        }

        for (int attempt = 1; !TrySend(request); attempt++)
        {
            ThrowIfLate(deadline, timeout);
            Thread.Sleep(Math.Min(attempt, LongestPause));
        }
    }

    // Waits for the timeout from now on, and up to a slice longer: the clock is not read before the first sleep has
    // ended.
    private int AwaitResponse(Span<byte> response, TimeSpan timeout)
    {
        // When spinning did not see a response, the wait looks once more before it sleeps.
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
        _transport.SpinForResponse(asynchronous: false) && TryTakeResponse(response, out int length)
            ? length
            : SleepForResponse(response, deadline, timeout);

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

    // Between two looks for a response: the daemon must be there to answer, and time must be left.
    private void ThrowIfLate(Deadline deadline, TimeSpan timeout)
    {
        _lifetime.ThrowIfUnusable(IpcStage.Request);
        _transport.ThrowIfGone(IpcStage.Request);
        if (deadline.IsPast)
        {
            throw IpcErrors.RequestTimedOut(timeout);
        }
    }
}
