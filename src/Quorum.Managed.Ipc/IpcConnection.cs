using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Quorum.Managed.Ipc.SharedMemory;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Ipc;

/// <summary>An established connection to a libqb service: requests with their responses, and events.</summary>
/// <remarks>
/// <para>Passive: it has no thread and no background task; calls drive it. Thread-safe: requests from several threads take turns, with one in flight at
/// a time; events are read by one thread at a time.</para>
/// <para>After the daemon went away or broke the protocol, every call throws <see cref="IpcClosedException"/> with the first reason; after
/// <see cref="Dispose"/>, <see cref="ObjectDisposedException"/>.</para>
/// </remarks>
public sealed partial class IpcConnection : IDisposable
{
    // Between two looks at whether the daemon is still there. Longer than a tick of the kernel's clock (4 ms at most kernels): a sleep that ends before the next
    // tick has the timer programmed for it, twice per call, which costs microseconds on a virtual machine.
    private static readonly TimeSpan WaitSlice = TimeSpan.FromMilliseconds(5);
    private readonly IpcTransport _transport;
    private readonly ResponseWaiter _waiter;
    private readonly Gate _gate = new();
    private readonly Lock _events = new();
    private IpcClosedException? _reason;
    private bool _outstanding;
    private volatile bool _disposed;

    internal IpcConnection(IpcTransport transport, IpcAddress address, IpcAddress? boundAddress, PeerCredentials peer, ConnectResponse response)
    {
        _transport = transport;
        _waiter = new ResponseWaiter(transport);
        Address = address;
        BoundAddress = boundAddress;
        Peer = peer;
        ConnectionType = response.ConnectionType;
        MaxMessageSize = (int)Math.Min(response.MaxMessageSize, int.MaxValue);
    }

    /// <summary>Where the daemon was found.</summary>
    public IpcAddress Address { get; }

    /// <summary>
    /// The address that the daemon gave its socket. Another than <see cref="Address"/> when a socket in the file system was reached through a mount or a link;
    /// <see langword="null"/> when unknown.
    /// </summary>
    public IpcAddress? BoundAddress { get; }

    /// <summary>Who listens there.</summary>
    public PeerCredentials Peer { get; }

    /// <summary>How messages travel; the daemon decides (corosync.conf's <c>qb_ipc_type</c>).</summary>
    public IpcConnectionType ConnectionType { get; }

    /// <summary>The largest message that the daemon granted, in bytes.</summary>
    public int MaxMessageSize { get; }

    /// <summary>Polls readable when <see cref="TryReadEvent"/> has an event or the end of the connection to tell. Owned by the connection: do not close it.</summary>
    /// <remarks>
    /// On the socket transport with <see cref="WaitStrategy.Polling"/>, or on a machine whose system calls are not known, it does not tell the end of the
    /// connection.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public SafeHandle PollHandle
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _transport.PollHandle;
        }
    }

    /// <summary>Connects, and waits on this thread for it.</summary>
    /// <param name="options">How.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="IpcException">No daemon, refused, timed out, or its shared memory could not be mapped.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static IpcConnection Connect(IpcConnectionOptions options) => new IpcConnector(options).Connect();

    /// <summary>Connects.</summary>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="IpcException">No daemon, refused, timed out, or its shared memory could not be mapped.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ValueTask<IpcConnection> ConnectAsync(IpcConnectionOptions options, CancellationToken cancellationToken = default) =>
        new IpcConnector(options).ConnectAsync(cancellationToken);

    /// <summary>Sends a request and waits on this thread for the response.</summary>
    /// <param name="request">The whole message.</param>
    /// <param name="response">Where the response goes; a longer one counts as a broken protocol.</param>
    /// <param name="timeout">The limit for all of it, taking turns included.</param>
    /// <returns>The length of the response in bytes.</returns>
    /// <exception cref="IpcException">No response in time (ETIMEDOUT); the connection stays usable and drops the late response.</exception>
    /// <exception cref="IpcClosedException">The daemon went away or broke the protocol.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public int Request(ReadOnlySpan<byte> request, Span<byte> response, TimeSpan timeout)
    {
        ThrowIfUnusable(IpcStage.Request);
        ThrowIfTooLarge(request.Length);
        // The clock is asked only when there is something to wait for besides the response.
        Deadline? deadline = null;
        if (!_gate.TryEnter())
        {
            deadline = Deadline.After(timeout);
            if (!_gate.Enter(timeout))
            {
                throw IpcErrors.RequestTimedOut(timeout);
            }
        }

        try
        {
            if (_outstanding || !TrySend(request))
            {
                deadline ??= Deadline.After(timeout);
                SendLater(request, response, deadline.Value, timeout);
            }

            return deadline is { } limit ? AwaitResponse(response, limit, timeout) : AwaitResponse(response, timeout);
        }
        catch (Exception e) when (IsFatal(e))
        {
            throw Abort(IpcStage.Request, e);
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Sends a request; completes with the response.</summary>
    /// <param name="request">The whole message.</param>
    /// <param name="response">Where the response goes; a longer one counts as a broken protocol.</param>
    /// <param name="timeout">The limit for all of it, taking turns included.</param>
    /// <param name="cancellationToken">Gives up waiting; the late response is dropped.</param>
    /// <returns>The length of the response in bytes.</returns>
    /// <exception cref="IpcException">No response in time (ETIMEDOUT); the connection stays usable and drops the late response.</exception>
    /// <exception cref="IpcClosedException">The daemon went away or broke the protocol.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> RequestAsync(
        ReadOnlyMemory<byte> request, Memory<byte> response, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        Deadline deadline = Deadline.After(timeout);
        ThrowIfUnusable(IpcStage.Request);
        ThrowIfTooLarge(request.Length);
        cancellationToken.ThrowIfCancellationRequested();
        if (!await _gate.EnterAsync(timeout, cancellationToken).ConfigureAwait(false))
        {
            throw IpcErrors.RequestTimedOut(timeout);
        }

        try
        {
            if (_outstanding)
            {
                _ = await AwaitResponseAsync(response, deadline, timeout, cancellationToken).ConfigureAwait(false);
            }

            for (int attempt = 0; !TrySend(request.Span); attempt++)
            {
                ThrowIfLate(deadline, timeout);
                await Task.Delay(Math.Min(attempt + 1, 10), cancellationToken).ConfigureAwait(false);
            }

            return await AwaitResponseAsync(response, deadline, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsFatal(e))
        {
            throw Abort(IpcStage.Request, e);
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Closes the connection over a message that cannot be, found by the layer above.</summary>
    /// <param name="stage">What was being done.</param>
    /// <param name="cause">What is wrong.</param>
    /// <returns>The exception to throw; also inside those of every later call, unless there was an earlier reason.</returns>
    public IpcClosedException Abort(IpcStage stage, Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        IpcClosedException reason = cause as IpcClosedException ?? IpcErrors.Corrupt(stage, cause);
        IpcClosedException? first = Interlocked.CompareExchange(ref _reason, reason, null);
        _transport.Break();
        return first is null || ReferenceEquals(first, reason.InnerException) ? reason : IpcErrors.Again(stage, first);
    }

    /// <summary>Closes the connection; the daemon cleans up. Wakes whoever waits. Any thread, any number of times; never waits for the daemon.</summary>
    public void Dispose()
    {
        _disposed = true;
        _transport.Close();
    }

    // Without Dispose, the transport is disposed of only by Abort: another call's, whose reason is there by now.
    private bool IsFatal(Exception e) => e is RingCorruptException or IpcClosedException || (e is ObjectDisposedException && !_disposed);

    private void SendLater(ReadOnlySpan<byte> request, Span<byte> response, Deadline deadline, TimeSpan timeout)
    {
        if (_outstanding)
        {
            // The late response to a request that was given up: one request in flight, so this is the next that comes.
            _ = AwaitResponse(response, deadline, timeout);
        }

        for (int attempt = 0; !TrySend(request); attempt++)
        {
            ThrowIfLate(deadline, timeout);
            Thread.Sleep(Math.Min(attempt + 1, 10));
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

    private void ThrowIfTooLarge(int length)
    {
        if (length > MaxMessageSize)
        {
            throw IpcErrors.RequestTooLarge(length, MaxMessageSize);
        }
    }

    // Between two looks for a response: is there still somebody who could answer, and time?
    private void ThrowIfLate(Deadline deadline, TimeSpan timeout)
    {
        ThrowIfUnusable(IpcStage.Request);
        _transport.ThrowIfGone(IpcStage.Request);
        if (deadline.IsPast)
        {
            throw IpcErrors.RequestTimedOut(timeout);
        }
    }

    private void ThrowIfUnusable(IpcStage stage)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Volatile.Read(ref _reason) is { } reason)
        {
            throw IpcErrors.Again(stage, reason);
        }
    }
}
