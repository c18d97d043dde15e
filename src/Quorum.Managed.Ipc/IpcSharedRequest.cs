using System.Runtime.CompilerServices;

namespace Quorum.Managed.Ipc;

/// <summary>
/// One fixed request that many callers make at once: those that arrive while it is in flight share the next round trip. Each response was
/// given after its call began.
/// </summary>
/// <remarks>
/// Thread-safe. Allocates nothing in steady state. Source: protocol-docs/shared-memory-rings.md, "One request in flight": sharing is how many callers are
/// served without a second request in flight. The caller that has its response sends the next round's request at once, before the daemon falls asleep; a
/// synchronous one also takes the response of that one round if it comes within microseconds (50 at most, while spinning pays), and else leaves it to one of
/// that round's callers.
/// </remarks>
public sealed partial class IpcSharedRequest
{
    private readonly IpcConnection _connection;
    private readonly ReadOnlyMemory<byte> _request;
    private readonly int _responseBytes;
    private readonly bool _asynchronousContinuations;
    private readonly Lock _lock = new();
    private readonly Stack<SharedRound> _spare = new(4);
    private int _state;
    private SharedRound? _next;
    private SharedWaiter? _pool;

    /// <summary>Creates it.</summary>
    /// <param name="connection">Where the request goes.</param>
    /// <param name="request">The whole message.</param>
    /// <param name="responseBytes">The largest response in bytes; a longer one counts as a broken protocol.</param>
    /// <param name="runContinuationsAsynchronously">
    /// Defaults to <see langword="true"/>. Otherwise what awaits a shared response runs on the thread that completes it, before others are told: for callers
    /// that only pass the result on.
    /// </param>
    public IpcSharedRequest(IpcConnection connection, ReadOnlyMemory<byte> request, int responseBytes, bool runContinuationsAsynchronously = true)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(responseBytes);
        _connection = connection;
        _request = request;
        _responseBytes = responseBytes;
        _asynchronousContinuations = runContinuationsAsynchronously;
    }

    // Whether somebody waits for the round trip after the one in flight.
    internal bool HasNext
    {
        get
        {
            lock (_lock)
            {
                return _next is not null;
            }
        }
    }

    /// <summary>Makes the request or shares the next one, and waits on this thread for the response.</summary>
    /// <param name="response">Where the response goes; at least as long as the largest.</param>
    /// <param name="timeout">The limit for all of it.</param>
    /// <returns>The length of the response in bytes.</returns>
    /// <exception cref="IpcException">As <see cref="IpcConnection.Request"/>.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public int Request(Span<byte> response, TimeSpan timeout)
    {
        if (TryBeBusy())
        {
            return Lead(response, timeout);
        }

        Deadline deadline = Deadline.After(timeout);
        SharedRound? round = Join(null, timeout);
        if (round is null)
        {
            return Lead(response, timeout);
        }

        int length = -1;
        bool lead = false;
        try
        {
            while (round.Wait(deadline))
            {
                if (round.Current == SharedRound.Phase.Done)
                {
                    length = round.Length;
                    round.Buffer.AsSpan(0, Math.Max(length, 0)).CopyTo(response);
                    break;
                }

                if (TryClaim(round, forOthers: false))
                {
                    lead = true;
                    length = round.IsBegun
                        ? _connection.End(round.Buffer, Remaining(deadline))
                        : _connection.Request(_request.Span, round.Buffer, Remaining(deadline));
                    round.Length = length;
                    round.Buffer.AsSpan(0, length).CopyTo(response);
                    break;
                }
            }
        }
        finally
        {
            if (lead)
            {
                Complete(round, Courtesy);
            }
            else
            {
                Leave(round);
            }
        }

        // Too late, or whoever led the round failed: ask alone, with the time that is left.
        return length >= 0 ? length : _connection.Request(_request.Span, response, Remaining(deadline));
    }

    /// <summary>Makes the request or shares the next one; completes with the response.</summary>
    /// <param name="response">Where the response goes; at least as long as the largest.</param>
    /// <param name="timeout">The limit for all of it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The length of the response in bytes.</returns>
    /// <exception cref="IpcException">As <see cref="IpcConnection.RequestAsync"/>.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ValueTask<int> RequestAsync(Memory<byte> response, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        SharedWaiter waiter = Rent(response, Deadline.After(timeout), cancellationToken);
        if (Join(waiter, timeout) is null)
        {
            Return(waiter);
            return LeadAsync(response, timeout, cancellationToken);
        }

        // Ends in time: the round trip before this one has less than its own limit to go, and this one's leader a limit of his own.
        waiter.Watch();
        return waiter.Task;
    }

    // Whoever led the round failed: asks alone, with the time that is left. Everything that goes wrong is in the task.
    internal async Task<int> AskAloneAsync(Memory<byte> response, Deadline deadline, CancellationToken cancellationToken) =>
        await _connection.RequestAsync(_request, response, Remaining(deadline), cancellationToken).ConfigureAwait(false);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> LeadAsync(Memory<byte> response, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await _connection.RequestAsync(_request, response, timeout, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Complete(null, courtesy: 0);
        }
    }

    // What is left of the time, and at least the shortest there is: the connection then says that it is over.
    private static TimeSpan Remaining(Deadline deadline)
    {
        TimeSpan remaining = deadline.Remaining;
        return remaining == TimeSpan.Zero ? TimeSpan.FromTicks(1) : remaining;
    }

    private int Lead(Span<byte> response, TimeSpan timeout)
    {
        try
        {
            return _connection.Request(_request.Span, response, timeout);
        }
        finally
        {
            Complete(null, Courtesy);
        }
    }
}
