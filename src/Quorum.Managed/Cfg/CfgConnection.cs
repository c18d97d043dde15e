using System.Net;
using System.Runtime.InteropServices;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.Protocol.Cfg;

namespace Quorum.Managed;

/// <summary>
/// A connection to corosync's cfg service, to read it: the own node's id, the state of nodes and links, addresses; and
/// to be asked before corosync stops. Nothing here reloads, stops or kills a node.
/// </summary>
/// <remarks>
/// <para>A connection is passive: it owns no thread and no background task, and an idle one costs nothing.</para>
/// <para>Thread-safe: any number of threads may call at once. Requests take turns, one round trip after the other. One
/// reader at a time reads notifications.</para>
/// <para>Connecting asks the daemon's cmap service once whether the daemon is corosync 2.x, which could crash over
/// <see cref="GetNodeStatus"/>, <see cref="TrackStart"/> and <see cref="TrackStop"/>. These are refused then, and
/// where cmap does not tell.</para>
/// <para>After the daemon went away every call throws <see cref="QuorumConnectionClosedException"/>: connect anew.
/// After <see cref="Dispose"/> every call throws <see cref="ObjectDisposedException"/>.</para>
/// <para>Source: protocol-docs/cfg.md.</para>
/// </remarks>
public sealed class CfgConnection : IDisposable, IAsyncDisposable
{
    private static readonly Func<NodeStatusResponse, CfgNodeStatus?> SelectStatus = static answer => answer.Status;
    private static readonly Func<GetNodeAddressesResponse, IReadOnlyList<IPAddress>?> SelectAddresses =
        static answer => answer.Addresses;

    private readonly ServiceConnection _service;
    private readonly DaemonAge _age;
    private readonly ShutdownQuestions _questions;
    private readonly ServiceConnection.EventHandler _handleEvent;

    private CfgConnection(ServiceConnection service, DaemonAge age, CfgCallbacks? callbacks)
    {
        _service = service;
        _age = age;
        _questions = new ShutdownQuestions(service, callbacks?.ShutdownRequested);
        _handleEvent = message => _questions.Handle(this, message);
    }

    /// <summary>Where the daemon's cfg service was found.</summary>
    public IpcAddress Address => _service.Ipc.Address;

    /// <summary>How messages travel. The daemon decides.</summary>
    public IpcConnectionType ConnectionType => _service.Ipc.ConnectionType;

    /// <summary>
    /// The daemon's process, as the kernel tells. The process id is 0 when the daemon lives in a PID namespace that
    /// this process cannot see.
    /// </summary>
    public PeerCredentials Daemon => _service.Ipc.Peer;

    /// <summary>
    /// A descriptor for a poll or epoll loop of yours (corosync_cfg_fd_get(3)). It polls readable while
    /// <see cref="Dispatch"/> with <see cref="DispatchFlags.One"/> would not wait.
    /// </summary>
    /// <inheritdoc cref="VoteQuorumConnection.PollHandle" path="/*[not(self::summary)]"/>
    public SafeHandle PollHandle => _service.PollHandle;

    /// <summary>
    /// Connects, and waits on this thread until the connection is made (corosync_cfg_initialize(3)).
    /// </summary>
    /// <param name="options">How to connect; <see langword="null"/> for the defaults.</param>
    /// <returns>The connection; dispose it.</returns>
    /// <exception cref="QuorumConnectException">
    /// No daemon, not allowed, no answer in time, or its shared memory is out of reach.
    /// </exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static CfgConnection Connect(CfgConnectionOptions? options = null)
    {
        options ??= CfgConnectionOptions.Default;
        options.Validate();
        return ServiceConnector.Connect(
            options,
            WireLimits.CfgServiceName,
            WireLimits.LargestCfgEventSize,
            (service, deadline) => new CfgConnection(
                service,
                OldDaemonProbe.Ask(service.Ipc, WireLimits.CfgServiceName, options, deadline),
                options.Callbacks));
    }

    /// <inheritdoc cref="Connect"/>
    /// <summary>Connects (corosync_cfg_initialize(3)).</summary>
    /// <param name="options">How to connect; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationCanceledException">The attempt was cancelled.</exception>
    public static ValueTask<CfgConnection> ConnectAsync(
        CfgConnectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= CfgConnectionOptions.Default;
        options.Validate();
        return ServiceConnector.ConnectAsync(
            options,
            WireLimits.CfgServiceName,
            WireLimits.LargestCfgEventSize,
            async (service, deadline) => new CfgConnection(
                service,
                await OldDaemonProbe
                    .AskAsync(service.Ipc, WireLimits.CfgServiceName, options, deadline, cancellationToken)
                    .ConfigureAwait(false),
                options.Callbacks),
            cancellationToken);
    }

    /// <summary>Asks for the own node's id (corosync_cfg_local_get(3)).</summary>
    /// <returns>The node.</returns>
    /// <exception cref="QuorumException">
    /// No answer within <see cref="CorosyncConnectionOptions.RequestTimeout"/>. The connection drops the late answer.
    /// </exception>
    /// <exception cref="QuorumConnectionClosedException">The daemon went away or broke the protocol.</exception>
    /// <exception cref="QuorumRefusedException">The daemon answered with an error.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public NodeId GetLocalNodeId() => _service.Request<LocalGetRequest, LocalGetResponse>(default).NodeId;

    /// <inheritdoc cref="GetLocalNodeId"/>
    /// <param name="cancellationToken">Gives up waiting; the connection drops the late answer.</param>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public ValueTask<NodeId> GetLocalNodeIdAsync(CancellationToken cancellationToken = default) =>
        _service.RequestAsync<LocalGetRequest, LocalGetResponse, NodeId>(
            default, static answer => answer.NodeId, cancellationToken);

    /// <summary>Asks for a node's addresses, one a link (corosync_cfg_get_node_addrs(3)).</summary>
    /// <param name="node">The node. Defaults to 0, the own one.</param>
    /// <returns>
    /// The addresses; <see langword="null"/> for an unknown node. corosync before 3.1.10 leaves out an address that
    /// begins with two zero bytes, as ::1 does.
    /// </returns>
    /// <inheritdoc cref="GetLocalNodeId" path="/exception"/>
    public IReadOnlyList<IPAddress>? GetNodeAddresses(NodeId node = default) =>
        _service.Request<GetNodeAddressesRequest, GetNodeAddressesResponse>(new(node)).Addresses;

    /// <inheritdoc cref="GetNodeAddresses"/>
    /// <param name="node">The node. Defaults to 0, the own one.</param>
    /// <param name="cancellationToken">Gives up waiting; the connection drops the late answer.</param>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public ValueTask<IReadOnlyList<IPAddress>?> GetNodeAddressesAsync(
        NodeId node = default, CancellationToken cancellationToken = default) =>
        _service.RequestAsync<GetNodeAddressesRequest, GetNodeAddressesResponse, IReadOnlyList<IPAddress>?>(
            new(node), SelectAddresses, cancellationToken);

    /// <summary>Asks for the state of a node and its links (corosync_cfg_node_status_get(3)).</summary>
    /// <param name="node">The node; of the own one too, by its id. 0 is unknown here.</param>
    /// <returns>
    /// The state; <see langword="null"/> for a node that knet does not know. With another transport an unknown node has
    /// no links.
    /// </returns>
    /// <exception cref="QuorumException">
    /// No answer in time; or <see cref="CorosyncError.NotSupported"/>: the daemon is corosync 2.x, or may be, and was
    /// not asked.
    /// </exception>
    /// <exception cref="QuorumConnectionClosedException">The daemon went away or broke the protocol.</exception>
    /// <exception cref="QuorumRefusedException">
    /// The daemon answered with an error; <see cref="CorosyncError.NotSupported"/> before corosync 3.1.1.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public CfgNodeStatus? GetNodeStatus(NodeId node)
    {
        ThrowIfOld(NodeStatusRequest.Name);
        return _service.Request<NodeStatusRequest, NodeStatusResponse>(new(node)).Status;
    }

    /// <inheritdoc cref="GetNodeStatus"/>
    /// <param name="node">The node; of the own one too, by its id. 0 is unknown here.</param>
    /// <param name="cancellationToken">Gives up waiting; the connection drops the late answer.</param>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public ValueTask<CfgNodeStatus?> GetNodeStatusAsync(NodeId node, CancellationToken cancellationToken = default)
    {
        ThrowIfOld(NodeStatusRequest.Name);
        return _service.RequestAsync<NodeStatusRequest, NodeStatusResponse, CfgNodeStatus?>(
            new(node), SelectStatus, cancellationToken);
    }

    /// <summary>
    /// Asks to be asked before this node's corosync stops (corosync_cfg_trackstart(3)). A question is a
    /// <see cref="ShutdownRequested"/>. While this connection tracks and does not reply, corosync does not stop when
    /// asked to. SIGTERM and a stop "regardless" do not wait for replies.
    /// </summary>
    /// <exception cref="QuorumException">
    /// No answer in time; or <see cref="CorosyncError.NotSupported"/>: the daemon is corosync 2.x, or may be, and was
    /// not asked.
    /// </exception>
    /// <exception cref="QuorumConnectionClosedException">The daemon went away or broke the protocol.</exception>
    /// <exception cref="QuorumRefusedException">The daemon answered with an error.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public void TrackStart()
    {
        ThrowIfOld(CfgTrackStartRequest.Name);
        _service.Request<CfgTrackStartRequest, StatusResponse>(default);
    }

    /// <inheritdoc cref="TrackStart"/>
    /// <param name="cancellationToken">Gives up waiting; tracking may be on all the same.</param>
    /// <returns>Completes when the daemon agreed.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async ValueTask TrackStartAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfOld(CfgTrackStartRequest.Name);
        await _service.RequestAsync<CfgTrackStartRequest, StatusResponse>(default, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Asks no longer to be asked (corosync_cfg_trackstop(3)). An open question then counts as answered yes, and so it
    /// does when the connection ends.
    /// </summary>
    /// <remarks>
    /// corosync 3.1.2 (Debian bullseye) never answers this request, so that the call ends at
    /// <see cref="CorosyncConnectionOptions.RequestTimeout"/>. Dispose of the connection there instead.
    /// </remarks>
    /// <inheritdoc cref="TrackStart" path="/exception"/>
    public void TrackStop()
    {
        ThrowIfOld(CfgTrackStopRequest.Name);
        _service.Request<CfgTrackStopRequest, StatusResponse>(default);
    }

    /// <inheritdoc cref="TrackStop"/>
    /// <param name="cancellationToken">Gives up waiting; tracking may be off all the same.</param>
    /// <returns>Completes when the daemon agreed.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async ValueTask TrackStopAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfOld(CfgTrackStopRequest.Name);
        await _service.RequestAsync<CfgTrackStopRequest, StatusResponse>(default, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Replies to the last <see cref="ShutdownRequested"/>, once (corosync_cfg_replyto_shutdown(3)).
    /// </summary>
    /// <param name="allow">Whether corosync may stop. One no of anybody is enough to keep it running.</param>
    /// <exception cref="InvalidOperationException">
    /// There is no question: none came since the last reply. It was not sent, because the daemon would count it as the
    /// reply of another client.
    /// </exception>
    /// <exception cref="QuorumRefusedException">
    /// <see cref="CorosyncError.Access"/>: the question is settled already. libcfg does not tell.
    /// </exception>
    /// <exception cref="QuorumException">No answer in time; the reply may count all the same.</exception>
    /// <exception cref="QuorumConnectionClosedException">
    /// The daemon went away, as it does right after the last yes, or broke the protocol.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public void ReplyToShutdown(bool allow)
    {
        _questions.Take();
        _service.Request<ReplyToShutdownRequest, StatusResponse>(new(allow));
    }

    /// <inheritdoc cref="ReplyToShutdown"/>
    /// <param name="allow">Whether corosync may stop. One no of anybody is enough to keep it running.</param>
    /// <param name="cancellationToken">Gives up waiting; the reply may count all the same.</param>
    /// <returns>Completes when the daemon took the reply.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async ValueTask ReplyToShutdownAsync(bool allow, CancellationToken cancellationToken = default)
    {
        _questions.Take();
        await _service.RequestAsync<ReplyToShutdownRequest, StatusResponse>(new(allow), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Handles events: calls the callback of the options on this thread (corosync_cfg_dispatch(3)).
    /// </summary>
    /// <inheritdoc cref="VoteQuorumConnection.Dispatch" path="/*[not(self::summary)]"/>
    public int Dispatch(DispatchFlags flags, CancellationToken cancellationToken = default) =>
        _service.Dispatch(flags, _handleEvent, cancellationToken);

    /// <summary>The questions as they come, in order and none left out.</summary>
    /// <inheritdoc cref="VoteQuorumConnection.ReadNotificationsAsync" path="/*[not(self::summary)]"/>
    public IAsyncEnumerable<ShutdownRequested> ReadNotificationsAsync(CancellationToken cancellationToken = default) =>
        _service.ReadEventsAsync(_questions.ReadNotification, cancellationToken);

    /// <summary>
    /// Closes the connection (corosync_cfg_finalize(3)). Calls in progress on other threads end with an exception. Any
    /// thread may call it, any number of times. An open question counts as answered yes.
    /// </summary>
    public void Dispose() => _service.Dispose();

    /// <inheritdoc cref="Dispose"/>
    /// <returns>A completed task.</returns>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void ThrowIfOld(string request)
    {
        _service.ThrowIfDisposed();
        if (_age.IsOld != false)
        {
            throw QuorumErrors.UnsafeForOldDaemon(Address, request, _age);
        }
    }
}
