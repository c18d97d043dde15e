using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// A connection to one of corosync's services. Each public connection type holds one, and is left with what is
// particular to its service: which requests there are, and what the events mean. Thread-safe, as IpcConnection is.
//
// Only QuorumException, the usual exceptions of .NET and what a handler throws come out, except from Connect, Exchange
// and their asynchronous forms: these serve the making of a connection, and its maker translates their IpcException.
internal sealed class ServiceConnection : IDisposable
{
    private readonly int _largestEvent;
    private volatile bool _disposed;

    private ServiceConnection(IpcConnection ipc, TimeSpan requestTimeout, int largestEvent)
    {
        Ipc = ipc;
        RequestTimeout = requestTimeout;
        _largestEvent = largestEvent;
    }

    public IpcConnection Ipc { get; }

    public TimeSpan RequestTimeout { get; }

    public SafeHandle PollHandle => Ipc.PollHandle;

    // LargestEvent: in bytes; a longer event breaks the protocol.
    public static ServiceConnection Connect(CorosyncConnectionOptions options, string service, int largestEvent) =>
        new(IpcConnection.Connect(options.ToIpc(service)), options.RequestTimeout, largestEvent);

    public static async ValueTask<ServiceConnection> ConnectAsync(
        CorosyncConnectionOptions options, string service, int largestEvent, CancellationToken cancellationToken)
    {
        IpcConnectionOptions ipcOptions = options.ToIpc(service);
        IpcConnection ipc = await IpcConnection.ConnectAsync(ipcOptions, cancellationToken).ConfigureAwait(false);
        return new(ipc, options.RequestTimeout, largestEvent);
    }

    // Sends a request and returns the answer, whatever its error.
    public TResponse Exchange<TRequest, TResponse>(TRequest request, TimeSpan timeout)
        where TRequest : IWireRequest<TResponse>
        where TResponse : IWireResponse<TResponse>
    {
        Span<byte> message = stackalloc byte[TRequest.Size];
        Span<byte> response = stackalloc byte[TResponse.MaxSize];
        int length = Ipc.Request(message[..request.WriteTo(message)], response, timeout);
        return Read<TRequest, TResponse>(response[..length]);
    }

    public async ValueTask<TResponse> ExchangeAsync<TRequest, TResponse>(
        TRequest request, TimeSpan timeout, CancellationToken cancellationToken)
        where TRequest : IWireRequest<TResponse>
        where TResponse : IWireResponse<TResponse>
    {
        byte[] message = new byte[TRequest.Size];
        byte[] response = new byte[TResponse.MaxSize];
        _ = request.WriteTo(message);
        int length = await Ipc.RequestAsync(message, response, timeout, cancellationToken).ConfigureAwait(false);
        return Read<TRequest, TResponse>(response.AsSpan(0, length));
    }

    // Sends a request and returns the answer; throws when the daemon refuses.
    public TResponse Request<TRequest, TResponse>(TRequest request)
        where TRequest : IWireRequest<TResponse>
        where TResponse : IWireResponse<TResponse>
    {
        try
        {
            return Accept<TRequest, TResponse>(Exchange<TRequest, TResponse>(request, RequestTimeout));
        }
        catch (IpcException e)
        {
            throw QuorumErrors.Using(e);
        }
    }

    // The same; the result is what select takes of the answer. Allocates nothing in steady state.
    public ValueTask<TResult> RequestAsync<TRequest, TResponse, TResult>(
        TRequest request, Func<TResponse, TResult> select, CancellationToken cancellationToken)
        where TRequest : IWireRequest<TResponse>
        where TResponse : IWireResponse<TResponse> =>
        ServiceRequest<TRequest, TResponse, TResult>.Start(this, request, select, cancellationToken);

    public ValueTask<TResponse> RequestAsync<TRequest, TResponse>(TRequest request, CancellationToken cancellationToken)
        where TRequest : IWireRequest<TResponse>
        where TResponse : IWireResponse<TResponse> =>
        RequestAsync<TRequest, TResponse, TResponse>(request, static response => response, cancellationToken);

    // Throws IpcClosedException over bytes that are no answer: the connection is closed then.
    public TResponse Read<TRequest, TResponse>(ReadOnlySpan<byte> response)
        where TRequest : IWireRequest<TResponse>
        where TResponse : IWireResponse<TResponse>
    {
        try
        {
            return TResponse.Read(response, TRequest.ResponseId);
        }
        catch (WireFormatException e)
        {
            throw Ipc.Abort(IpcStage.Request, e);
        }
    }

    public static TResponse Accept<TRequest, TResponse>(TResponse response)
        where TRequest : IWireRequest<TResponse>
        where TResponse : IWireResponse<TResponse> =>
        TRequest.IsAnswer(response.Error) ? response : throw QuorumErrors.Refused(TRequest.Name, response.Error);

    // Hands events to the handler, on this thread and outside of any lock, as quorum_dispatch(3) does. Returns how
    // many.
    public int Dispatch(DispatchFlags flags, EventHandler handler, CancellationToken cancellationToken)
    {
        if (flags is < DispatchFlags.One or > DispatchFlags.OneNonBlocking)
        {
            throw new ArgumentOutOfRangeException(nameof(flags), flags, "Not one of the dispatch flags.");
        }

        bool waits = flags is DispatchFlags.One or DispatchFlags.Blocking;
        bool one = flags is DispatchFlags.One or DispatchFlags.OneNonBlocking;
        int handled = 0;
        // Each running Dispatch has a buffer of its own: a nested one leaves the lists of the outer callback as they
        // are.
        byte[] buffer = ArrayPool<byte>.Shared.Rent(_largestEvent);
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int length = TryReadEvent(buffer);
                if (length >= 0)
                {
                    handler(buffer.AsSpan(0, length));
                    handled++;
                    ObjectDisposedException.ThrowIf(_disposed, typeof(QuorumConnection));
                    if (one)
                    {
                        return handled;
                    }
                }
                else if (!waits)
                {
                    return handled;
                }
                else
                {
                    WaitForEvent(cancellationToken);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // The events as objects, each in its turn. Endless.
    public async IAsyncEnumerable<T> ReadEventsAsync<T>(
        Func<ReadOnlySpan<byte>, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(_largestEvent);
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int length = TryReadEvent(buffer);
                if (length >= 0)
                {
                    yield return read(buffer.AsSpan(0, length));
                }
                else
                {
                    await WaitForEventAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Closes the connection over an event that cannot be right.
    public QuorumException Broken(WireFormatException cause) => QuorumErrors.Using(Ipc.Abort(IpcStage.Event, cause));

    public void Dispose()
    {
        _disposed = true;
        Ipc.Dispose();
    }

    private int TryReadEvent(byte[] buffer)
    {
        try
        {
            return Ipc.TryReadEvent(buffer.AsSpan(0, _largestEvent));
        }
        catch (IpcException e)
        {
            throw QuorumErrors.Using(e);
        }
    }

    private void WaitForEvent(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            // Only the asynchronous wait can be cancelled.
            WaitForEventAsync(cancellationToken).AsTask().GetAwaiter().GetResult();
            return;
        }

        try
        {
            _ = Ipc.WaitForEvent(Timeout.InfiniteTimeSpan);
        }
        catch (IpcException e)
        {
            throw QuorumErrors.Using(e);
        }
    }

    private async ValueTask WaitForEventAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Ipc.WaitForEventAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IpcException e)
        {
            throw QuorumErrors.Using(e);
        }
    }

    internal delegate void EventHandler(ReadOnlySpan<byte> message);
}
