using System.Runtime.InteropServices;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.Protocol.VoteQuorum;

namespace Quorum.Managed;

/// <summary>
/// A connection to corosync's votequorum service, to read it: votequorum_initialize(3), votequorum_getinfo(3) and
/// votequorum_trackstart(3), in managed code. Nothing here changes votes or plays a quorum device.
/// </summary>
/// <remarks>
/// <para>A connection is passive: it owns no thread and no background task, and an idle one costs nothing.</para>
/// <para>Thread-safe: any number of threads may call at once. Requests take turns, one round trip after the other. One
/// reader at a time reads notifications; two concurrent readers each get a part of them.</para>
/// <para>This service tells how many votes there are, and <see cref="QuorumConnection"/> whether this node may act.
/// During a change of membership votequorum answers with the values of before the change, quorate included, while the
/// quorum service does not answer until the change is complete.</para>
/// <para>After the daemon went away every call throws <see cref="QuorumConnectionClosedException"/>: connect anew.
/// After <see cref="Dispose"/> every call throws <see cref="ObjectDisposedException"/>.</para>
/// <para>Notifications need corosync 2.4.0 or newer: older ones have another layout.</para>
/// <para>Source: protocol-docs/votequorum.md.</para>
/// </remarks>
public sealed class VoteQuorumConnection : IDisposable, IAsyncDisposable
{
    private static readonly Func<GetInfoResponse, VoteQuorumInfo?> SelectInfo = Info;

    private readonly ServiceConnection _service;
    private readonly VoteQuorumCallbacks? _callbacks;
    private readonly ServiceConnection.EventHandler _handleEvent;
    private readonly Func<ReadOnlySpan<byte>, VoteQuorumNotification?> _readNotification;

    private VoteQuorumConnection(ServiceConnection service, VoteQuorumCallbacks? callbacks)
    {
        _service = service;
        _callbacks = callbacks;
        _handleEvent = Handle;
        _readNotification = Read;
    }

    /// <summary>Where the daemon's votequorum service was found.</summary>
    public IpcAddress Address => _service.Ipc.Address;

    /// <summary>How messages travel. The daemon decides.</summary>
    public IpcConnectionType ConnectionType => _service.Ipc.ConnectionType;

    /// <summary>
    /// The daemon's process, as the kernel tells. The process id is 0 when the daemon lives in a PID namespace that
    /// this process cannot see.
    /// </summary>
    public PeerCredentials Daemon => _service.Ipc.Peer;

    /// <summary>
    /// A descriptor for a poll or epoll loop of yours (votequorum_fd_get(3)). It polls readable while
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
    /// Connects, and waits on this thread until the connection is made (votequorum_initialize(3)).
    /// </summary>
    /// <param name="options">How to connect; <see langword="null"/> for the defaults.</param>
    /// <returns>The connection; dispose it.</returns>
    /// <exception cref="QuorumConnectException">
    /// No daemon, not allowed, no answer in time, its shared memory is out of reach, or corosync runs without
    /// <c>quorum { provider: corosync_votequorum }</c>: then it has no such service, and refuses as if it did not run.
    /// </exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static VoteQuorumConnection Connect(VoteQuorumConnectionOptions? options = null)
    {
        options ??= VoteQuorumConnectionOptions.Default;
        options.Validate();
        return ServiceConnector.Connect(
            options,
            WireLimits.VoteQuorumServiceName,
            WireLimits.LargestVoteQuorumEventSize,
            (service, _) => new VoteQuorumConnection(service, options.Callbacks));
    }

    /// <inheritdoc cref="Connect"/>
    /// <summary>Connects (votequorum_initialize(3)).</summary>
    /// <param name="options">How to connect; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationCanceledException">The attempt was cancelled.</exception>
    public static ValueTask<VoteQuorumConnection> ConnectAsync(
        VoteQuorumConnectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= VoteQuorumConnectionOptions.Default;
        options.Validate();
        return ServiceConnector.ConnectAsync(
            options,
            WireLimits.VoteQuorumServiceName,
            WireLimits.LargestVoteQuorumEventSize,
            (service, _) => ValueTask.FromResult(new VoteQuorumConnection(service, options.Callbacks)),
            cancellationToken);
    }

    /// <summary>Asks about a node and the votes of the partition (votequorum_getinfo(3)).</summary>
    /// <param name="node">The node. Defaults to 0, the own one.</param>
    /// <returns>
    /// The answer; <see langword="null"/> when the daemon has not seen the node since it started (libvotequorum:
    /// CS_ERR_NOT_EXIST).
    /// </returns>
    /// <remarks>Allocates nothing but the name of a quorum device.</remarks>
    /// <exception cref="QuorumException">
    /// No answer within <see cref="CorosyncConnectionOptions.RequestTimeout"/>. The connection drops the late answer.
    /// </exception>
    /// <exception cref="QuorumConnectionClosedException">The daemon went away or broke the protocol.</exception>
    /// <exception cref="QuorumRefusedException">The daemon answered with an error.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public VoteQuorumInfo? GetInfo(NodeId node = default) =>
        Info(_service.Request<GetInfoRequest, GetInfoResponse>(new(node)));

    /// <inheritdoc cref="GetInfo"/>
    /// <param name="node">The node. Defaults to 0, the own one.</param>
    /// <param name="cancellationToken">Gives up waiting; the connection drops the late answer.</param>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public ValueTask<VoteQuorumInfo?> GetInfoAsync(
        NodeId node = default, CancellationToken cancellationToken = default) =>
        _service.RequestAsync<GetInfoRequest, GetInfoResponse, VoteQuorumInfo?>(
            new(node), SelectInfo, cancellationToken);

    /// <summary>Asks for notifications (votequorum_trackstart(3)).</summary>
    /// <param name="flags">Which notifications. Unknown bits are passed on, as libvotequorum does.</param>
    /// <param name="context">A number of yours that comes with each notification. Defaults to 0.</param>
    /// <exception cref="QuorumRefusedException">
    /// Tracking was on already (<see cref="CorosyncError.Exist"/>). With <see cref="TrackFlags.Current"/> or
    /// <see cref="TrackFlags.Changes"/> the daemon sends the present state again all the same, with the new context;
    /// later changes keep the first one.
    /// </exception>
    /// <exception cref="QuorumException">No answer in time.</exception>
    /// <exception cref="QuorumConnectionClosedException">The daemon went away or broke the protocol.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public void TrackStart(TrackFlags flags, ulong context = 0) =>
        _service.Request<VoteQuorumTrackStartRequest, StatusResponse>(new(context, flags));

    /// <inheritdoc cref="TrackStart"/>
    /// <param name="flags">Which notifications. Unknown bits are passed on, as libvotequorum does.</param>
    /// <param name="context">A number of yours that comes with each notification. Defaults to 0.</param>
    /// <param name="cancellationToken">Gives up waiting; tracking may be on all the same.</param>
    /// <returns>Completes when the daemon agreed.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async ValueTask TrackStartAsync(
        TrackFlags flags, ulong context = 0, CancellationToken cancellationToken = default) =>
        await _service
            .RequestAsync<VoteQuorumTrackStartRequest, StatusResponse>(new(context, flags), cancellationToken)
            .ConfigureAwait(false);

    /// <summary>
    /// Asks for no more notifications (votequorum_trackstop(3)). Those under way still come.
    /// </summary>
    /// <exception cref="QuorumRefusedException">
    /// Tracking was not on (<see cref="CorosyncError.NotExist"/>), unlike in the quorum service.
    /// </exception>
    /// <exception cref="QuorumException">No answer in time.</exception>
    /// <exception cref="QuorumConnectionClosedException">The daemon went away or broke the protocol.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public void TrackStop() => _service.Request<VoteQuorumTrackStopRequest, StatusResponse>(default);

    /// <inheritdoc cref="TrackStop"/>
    /// <param name="cancellationToken">Gives up waiting; tracking may be off all the same.</param>
    /// <returns>Completes when the daemon agreed.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async ValueTask TrackStopAsync(CancellationToken cancellationToken = default) =>
        await _service.RequestAsync<VoteQuorumTrackStopRequest, StatusResponse>(default, cancellationToken)
            .ConfigureAwait(false);

    /// <summary>
    /// Handles events: calls the callbacks of the options on this thread (votequorum_dispatch(3)).
    /// </summary>
    /// <param name="flags">How many events, and whether to wait for them.</param>
    /// <param name="cancellationToken">Ends the call between two events, and a wait.</param>
    /// <returns>
    /// How many events were handled, those without a callback included. Events of a kind that this library does not
    /// know are skipped.
    /// </returns>
    /// <remarks>It behaves as <see cref="QuorumConnection.Dispatch"/> does.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Not one of the flags.</exception>
    /// <exception cref="QuorumConnectionClosedException">
    /// The daemon went away or broke the protocol. Events that came before were handled.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed, also meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public int Dispatch(DispatchFlags flags, CancellationToken cancellationToken = default) =>
        _service.Dispatch(flags, _handleEvent, cancellationToken);

    /// <summary>The notifications as they come, in order and none left out.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>
    /// An endless sequence; it ends with an exception. Start tracking before or while it is read. Read promptly: unread
    /// events stay in the connection's ring, and in the daemon's memory when the ring is full.
    /// </returns>
    /// <exception cref="QuorumConnectionClosedException">
    /// The daemon went away or broke the protocol. Notifications that came before were given out.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed, also meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The enumeration was cancelled.</exception>
    public IAsyncEnumerable<VoteQuorumNotification> ReadNotificationsAsync(
        CancellationToken cancellationToken = default) =>
        _service.ReadEventsAsync(_readNotification, cancellationToken);

    /// <summary>
    /// Closes the connection (votequorum_finalize(3)). Calls in progress on other threads end with an exception. Any
    /// thread may call it, any number of times.
    /// </summary>
    public void Dispose() => _service.Dispose();

    /// <inheritdoc cref="Dispose"/>
    /// <returns>A completed task.</returns>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static VoteQuorumInfo? Info(GetInfoResponse response) =>
        response.Error == CorosyncError.Ok ? response.Info : null;

    // The event is read before the callback is called, so that what the callback throws comes out unchanged.
    private bool Handle(ReadOnlySpan<byte> message)
    {
        VoteQuorumEvent notification = Decode(message);
        notification.Call(this, _callbacks);
        return notification.IsKnown;
    }

    private VoteQuorumNotification? Read(ReadOnlySpan<byte> message) => Decode(message).ToNotification();

    private VoteQuorumEvent Decode(ReadOnlySpan<byte> message)
    {
        try
        {
            return VoteQuorumEvent.Read(message);
        }
        catch (WireFormatException e)
        {
            throw _service.Broken(e);
        }
    }
}
