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
    private readonly Type _owner;
    private volatile bool _disposed;

    private ServiceConnection(IpcConnection ipc, string service, TimeSpan requestTimeout, int largestEvent)
    {
        Ipc = ipc;
        _owner = OwnerOf(service);
        RequestTimeout = requestTimeout;
        _largestEvent = largestEvent;
    }

    public IpcConnection Ipc { get; }

    public TimeSpan RequestTimeout { get; }

    public SafeHandle PollHandle
    {
        get
        {
            try
            {
                return Ipc.PollHandle;
            }
            catch (IpcException e)
            {
                throw QuorumErrors.Using(e);
            }
        }
    }

    // LargestEvent: in bytes; a longer event breaks the protocol.
    public static ServiceConnection Connect(
        CorosyncConnectionOptions options, string service, int largestEvent, Deadline deadline) =>
        new(IpcConnection.Connect(options.ToIpc(service), deadline), service, options.RequestTimeout, largestEvent);

    public static async ValueTask<ServiceConnection> ConnectAsync(
        CorosyncConnectionOptions options,
        string service,
        int largestEvent,
        Deadline deadline,
        CancellationToken cancellationToken)
    {
        IpcConnectionOptions ipcOptions = options.ToIpc(service);
        IpcConnection ipc =
            await IpcConnection.ConnectAsync(ipcOptions, deadline, cancellationToken).ConfigureAwait(false);
        return new(ipc, service, options.RequestTimeout, largestEvent);
    }

    // Sends a request and returns the answer, whatever its error. Ends at the deadline; the timeout is the limit of the
    // whole call that the exchange is a part of, for the message.
    public TResponse Exchange<TRequest, TResponse>(TRequest request, Deadline deadline, TimeSpan timeout)
        where TRequest : IWireRequest<TResponse>
        where TResponse : IWireResponse<TResponse>
    {
        Span<byte> message = stackalloc byte[TRequest.Size];
        Span<byte> response = stackalloc byte[TResponse.MaxSize];
        int length = Ipc.Requests.Request(message[..request.WriteTo(message)], response, deadline, timeout);
        return Read<TRequest, TResponse>(response[..length]);
    }

    public async ValueTask<TResponse> ExchangeAsync<TRequest, TResponse>(
        TRequest request, Deadline deadline, TimeSpan timeout, CancellationToken cancellationToken)
        where TRequest : IWireRequest<TResponse>
        where TResponse : IWireResponse<TResponse>
    {
        byte[] message = new byte[TRequest.Size];
        byte[] response = new byte[TResponse.MaxSize];
        _ = request.WriteTo(message);
        int length = await CopyingRequest
            .StartAsync(Ipc.Requests, message, response, deadline, timeout, cancellationToken).ConfigureAwait(false);
        return Read<TRequest, TResponse>(response.AsSpan(0, length));
    }

    // Sends a request and returns the answer; throws when the daemon refuses.
    public TResponse Request<TRequest, TResponse>(TRequest request)
        where TRequest : IWireRequest<TResponse>
        where TResponse : IWireResponse<TResponse>
    {
        try
        {
            Span<byte> message = stackalloc byte[TRequest.Size];
            Span<byte> response = stackalloc byte[TResponse.MaxSize];
            int length = Ipc.Request(message[..request.WriteTo(message)], response, RequestTimeout);
            return Accept<TRequest, TResponse>(Read<TRequest, TResponse>(response[..length]));
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

    // Hands events to the handler, on this thread and outside of any lock, as quorum_dispatch(3) does. Returns how many
    // the handler knew: the others are skipped, as if they had not come.
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
                    handled += handler(buffer.AsSpan(0, length)) ? 1 : 0;
                    ThrowIfDisposed();
                    if (one && handled > 0)
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

    // The events as objects, each in its turn; one that is read as null is skipped. Endless.
    public async IAsyncEnumerable<T> ReadEventsAsync<T>(
        Func<ReadOnlySpan<byte>, T?> read, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
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
                    if (read(buffer.AsSpan(0, length)) is { } notification)
                    {
                        yield return notification;
                    }
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

    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, _owner);

    public void Dispose()
    {
        _disposed = true;
        Ipc.Dispose();
    }

    private static Type OwnerOf(string service) => service switch
    {
        WireLimits.VoteQuorumServiceName => typeof(VoteQuorumConnection),
        WireLimits.CmapServiceName => typeof(CmapConnection),
        WireLimits.CfgServiceName => typeof(CfgConnection),
        _ => typeof(QuorumConnection),
    };

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

    // Returns whether it knew the event.
    internal delegate bool EventHandler(ReadOnlySpan<byte> message);
}
