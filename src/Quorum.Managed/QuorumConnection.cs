using System.Runtime.InteropServices;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>
/// A connection to corosync's quorum service: quorum_model_initialize(3) and its family, in managed code.
/// </summary>
/// <remarks>
/// <para>A connection is passive: it owns no thread and no background task, and an idle one costs nothing. Your calls
/// and awaits drive it.</para>
/// <para>Thread-safe: any number of threads may call at once. Requests take turns, one round trip after the other.
/// Programs that need the answer from many threads read <see cref="QuorumMonitor.Current"/>, which makes no call at
/// all. One reader at a time reads notifications; two concurrent readers each get a part of them.</para>
/// <para>After the daemon went away every call throws <see cref="QuorumConnectionClosedException"/>: connect anew.
/// After <see cref="Dispose"/> every call throws <see cref="ObjectDisposedException"/>, where libquorum returns
/// CS_ERR_BAD_HANDLE.</para>
/// </remarks>
public sealed class QuorumConnection : IDisposable, IAsyncDisposable
{
    private readonly ServiceConnection _service;
    private readonly QuorumConnectionOptions _options;
    private readonly ServiceConnection.EventHandler _handleEvent;
    private readonly Func<ReadOnlySpan<byte>, QuorumNotification> _readNotification;
    private object? _context;
    private volatile bool _disposed;

    private QuorumConnection(
        ServiceConnection service,
        QuorumConnectionOptions options,
        (QuorumModel Model, QuorumTypeResponse Type) granted)
    {
        if (granted.Type.Error != CorosyncError.Ok)
        {
            throw QuorumErrors.ModelRefused(granted.Model, granted.Type.Error);
        }

        Model = granted.Model;
        QuorumType = granted.Type.QuorumType;
        _service = service;
        _options = options;
        _context = options.Context;
        _handleEvent = message =>
        {
            Decode(message).Call(this, _options);
            return true;
        };
        _readNotification = message => Decode(message).ToNotification();
    }

    /// <summary>
    /// The model of this connection: <see cref="QuorumConnectionOptions.Model"/>, or V0 after
    /// <see cref="QuorumConnectionOptions.FallBackToV0"/>.
    /// </summary>
    public QuorumModel Model { get; }

    /// <summary>Whether the daemon has a quorum algorithm, as it said at connect (<c>quorum_type</c>).</summary>
    public QuorumType QuorumType { get; }

    /// <summary>
    /// An object of yours that travels with the connection (quorum_context_get(3), quorum_context_set(3)). The library
    /// does not touch it.
    /// </summary>
    /// <exception cref="ObjectDisposedException">
    /// The connection was disposed (libquorum: CS_ERR_BAD_HANDLE).
    /// </exception>
    public object? Context
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _context;
        }

        set
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _context = value;
        }
    }

    /// <summary>Where the daemon was found.</summary>
    public IpcAddress Address => _service.Ipc.Address;

    /// <summary>How messages travel. The daemon decides.</summary>
    public IpcConnectionType ConnectionType => _service.Ipc.ConnectionType;

    /// <summary>
    /// The daemon's process, as the kernel tells. The process id is 0 when the daemon lives in a PID namespace that
    /// this process cannot see.
    /// </summary>
    public PeerCredentials Daemon => _service.Ipc.Peer;

    /// <summary>
    /// A descriptor for a poll or epoll loop of yours (quorum_fd_get(3)). It polls readable while
    /// <see cref="Dispatch"/> with <see cref="DispatchFlags.One"/> would not wait: there is an event, or the daemon's
    /// end to tell.
    /// </summary>
    /// <remarks>
    /// Only poll it. It is a duplicate, which <see cref="Dispose"/> closes; a caller may close it too. With
    /// <see cref="WaitStrategy.Polling"/> it is no duplicate, and its number is valid until <see cref="Dispose"/>.
    /// </remarks>
    /// <exception cref="QuorumException">This process has reached its limit of open files.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public SafeHandle PollHandle => _service.PollHandle;

    /// <summary>
    /// Connects, and waits on this thread until the connection is made (quorum_model_initialize(3),
    /// quorum_initialize(3)).
    /// </summary>
    /// <param name="options">How to connect; <see langword="null"/> for the defaults.</param>
    /// <returns>The connection; dispose it.</returns>
    /// <exception cref="QuorumConnectException">
    /// No daemon, not allowed, no answer in time, or its shared memory is out of reach.
    /// </exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static QuorumConnection Connect(QuorumConnectionOptions? options = null)
    {
        options ??= QuorumConnectionOptions.Default;
        options.Validate();
        return ServiceConnector.Connect(
            options,
            WireLimits.ServiceName,
            WireLimits.LargestEventSize,
            (service, deadline) =>
                new QuorumConnection(service, options, ModelRequest.Run(service, options, deadline)));
    }

    /// <inheritdoc cref="Connect"/>
    /// <summary>Connects (quorum_model_initialize(3), quorum_initialize(3)).</summary>
    /// <param name="options">How to connect; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationCanceledException">The attempt was cancelled.</exception>
    public static async ValueTask<QuorumConnection> ConnectAsync(
        QuorumConnectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= QuorumConnectionOptions.Default;
        options.Validate();
        return await ServiceConnector.ConnectAsync(
            options,
            WireLimits.ServiceName,
            WireLimits.LargestEventSize,
            async (service, deadline) => new QuorumConnection(
                service,
                options,
                await ModelRequest.RunAsync(service, options, deadline, cancellationToken).ConfigureAwait(false)),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks the daemon whether this node is in a quorate partition (quorum_getquorate(3)).</summary>
    /// <returns>Whether it was, when the daemon answered.</returns>
    /// <exception cref="QuorumException">
    /// No answer within <see cref="CorosyncConnectionOptions.RequestTimeout"/>. The connection drops the late answer.
    /// </exception>
    /// <exception cref="QuorumConnectionClosedException">The daemon went away or broke the protocol.</exception>
    /// <exception cref="QuorumRefusedException">The daemon answered with an error.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public bool GetQuorate() => _service.Request<GetQuorateRequest, GetQuorateResponse>(default).Quorate;

    /// <inheritdoc cref="GetQuorate"/>
    /// <param name="cancellationToken">Gives up waiting; the connection drops the late answer.</param>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public ValueTask<bool> GetQuorateAsync(CancellationToken cancellationToken = default) =>
        _service.RequestAsync<GetQuorateRequest, GetQuorateResponse, bool>(
            default, static response => response.Quorate, cancellationToken);

    /// <summary>Asks for notifications (quorum_trackstart(3)).</summary>
    /// <param name="flags">Which notifications. Unknown bits are passed on, as libquorum does.</param>
    /// <exception cref="QuorumRefusedException">
    /// Tracking was on already (<see cref="CorosyncError.Exist"/>). With <see cref="TrackFlags.Current"/> or
    /// <see cref="TrackFlags.Changes"/> the daemon sends the present state again all the same.
    /// </exception>
    /// <exception cref="QuorumException">No answer in time.</exception>
    /// <exception cref="QuorumConnectionClosedException">The daemon went away or broke the protocol.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public void TrackStart(TrackFlags flags) => _service.Request<TrackStartRequest, StatusResponse>(new(flags));

    /// <inheritdoc cref="TrackStart"/>
    /// <param name="flags">Which notifications. Unknown bits are passed on, as libquorum does.</param>
    /// <param name="cancellationToken">Gives up waiting; tracking may be on all the same.</param>
    /// <returns>Completes when the daemon agreed.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async ValueTask TrackStartAsync(TrackFlags flags, CancellationToken cancellationToken = default) =>
        await _service.RequestAsync<TrackStartRequest, StatusResponse>(new(flags), cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Asks for no more notifications (quorum_trackstop(3)). Those under way still come.</summary>
    /// <exception cref="QuorumException">No answer in time.</exception>
    /// <exception cref="QuorumConnectionClosedException">The daemon went away or broke the protocol.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public void TrackStop() => _service.Request<TrackStopRequest, StatusResponse>(default);

    /// <inheritdoc cref="TrackStop"/>
    /// <param name="cancellationToken">Gives up waiting; tracking may be off all the same.</param>
    /// <returns>Completes when the daemon agreed.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async ValueTask TrackStopAsync(CancellationToken cancellationToken = default) =>
        await _service.RequestAsync<TrackStopRequest, StatusResponse>(default, cancellationToken).ConfigureAwait(false);

    /// <summary>Handles events: calls the callbacks of the options on this thread (quorum_dispatch(3)).</summary>
    /// <param name="flags">How many events, and whether to wait for them.</param>
    /// <param name="cancellationToken">
    /// Ends the call between two events, and a wait. A token that can be cancelled costs an allocation a wait, none an
    /// event.
    /// </param>
    /// <returns>
    /// How many events were handled, those without a callback included. 0 is where libquorum returns CS_ERR_TRY_AGAIN
    /// with <see cref="DispatchFlags.OneNonBlocking"/>.
    /// </returns>
    /// <remarks>
    /// <para><see cref="DispatchFlags.Blocking"/> never returns: it ends with one of the exceptions below, usually
    /// ObjectDisposedException.</para>
    /// <para>A callback may call any member of the connection. A nested Dispatch handles the next events, and the lists
    /// of the outer call stay valid. After a Dispose inside a callback no further callback is called, and Dispatch
    /// throws ObjectDisposedException, as libquorum's returns CS_ERR_BAD_HANDLE.</para>
    /// <para>An exception from a callback comes out unchanged. Its event is consumed, later events wait for the next
    /// call, and the connection stays usable.</para>
    /// <para>Two threads that dispatch at once each get a part of the events, and so do Dispatch and
    /// <see cref="ReadNotificationsAsync"/>.</para>
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Not one of the flags (libquorum: CS_ERR_INVALID_PARAM).
    /// </exception>
    /// <exception cref="QuorumConnectionClosedException">
    /// The daemon went away or broke the protocol. Events that came before were handled.
    /// </exception>
    /// <exception cref="ObjectDisposedException">
    /// The connection was disposed, also meanwhile (libquorum: CS_ERR_BAD_HANDLE).
    /// </exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public int Dispatch(DispatchFlags flags, CancellationToken cancellationToken = default) =>
        _service.Dispatch(flags, _handleEvent, cancellationToken);

    /// <summary>
    /// The notifications as they come, in order and none left out. The idiomatic twin of quorum_dispatch(3).
    /// </summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>
    /// An endless sequence; it ends with an exception. Start tracking before or while it is read. A notification
    /// allocates one object and its lists.
    /// </returns>
    /// <exception cref="QuorumConnectionClosedException">
    /// The daemon went away or broke the protocol. Notifications that came before were given out.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed, also meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The enumeration was cancelled.</exception>
    /// <remarks>
    /// Read promptly: unread events stay in the connection's ring, and in the daemon's memory when the ring is full.
    /// </remarks>
    public IAsyncEnumerable<QuorumNotification> ReadNotificationsAsync(CancellationToken cancellationToken = default) =>
        _service.ReadEventsAsync(_readNotification, cancellationToken);

    /// <summary>
    /// Closes the connection (quorum_finalize(3)). Calls in progress on other threads end with an exception. Any thread
    /// may call it, any number of times.
    /// </summary>
    public void Dispose()
    {
        _disposed = true;
        _service.Dispose();
    }

    /// <inheritdoc cref="Dispose"/>
    /// <returns>A completed task.</returns>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private QuorumEvent Decode(ReadOnlySpan<byte> message)
    {
        try
        {
            return QuorumEvent.Read(message);
        }
        catch (WireFormatException e)
        {
            throw _service.Broken(e);
        }
    }
}
