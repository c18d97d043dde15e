using System.Runtime.InteropServices;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Ipc;

/// <summary>An established connection to a libqb service: requests with their responses, and events.</summary>
/// <remarks>
/// <para>Passive: a connection has no thread and no background task. Calls drive it. While asynchronous calls wait for
/// more than some milliseconds, up to four threads of the process sleep for all of them.</para>
/// <para>Thread-safe. Requests of several threads take turns, and one is in flight at a time. One thread at a time
/// reads events.</para>
/// <para>After the daemon went away or broke the protocol, every call throws <see cref="IpcClosedException"/> with the
/// first reason. After <see cref="Dispose"/>, every call throws <see cref="ObjectDisposedException"/>.</para>
/// </remarks>
public sealed class IpcConnection : IDisposable
{
    private readonly IpcTransport _transport;
    private readonly ConnectionLifetime _lifetime;
    private readonly Lock _events = new();

    internal IpcConnection(
        IpcTransport transport,
        IpcAddress address,
        IpcAddress? boundAddress,
        PeerCredentials peer,
        ConnectResponse response)
    {
        _transport = transport;
        _lifetime = new ConnectionLifetime(transport);
        Address = address;
        BoundAddress = boundAddress;
        Peer = peer;
        ConnectionType = response.ConnectionType;
        Requests = new RequestChannel(transport, _lifetime, (int)Math.Min(response.MaxMessageSize, int.MaxValue));
    }

    /// <summary>Where the daemon was found.</summary>
    public IpcAddress Address { get; }

    /// <summary>
    /// The address that the daemon gave its socket. It differs from <see cref="Address"/> when a socket in the file
    /// system was reached through a mount or a link. <see langword="null"/> when unknown.
    /// </summary>
    public IpcAddress? BoundAddress { get; }

    /// <summary>The process that listens there.</summary>
    public PeerCredentials Peer { get; }

    /// <summary>How messages travel. The daemon decides (corosync.conf's <c>qb_ipc_type</c>).</summary>
    public IpcConnectionType ConnectionType { get; }

    /// <summary>The largest message that the daemon granted, in bytes.</summary>
    public int MaxMessageSize => Requests.MaxMessageSize;

    /// <summary>
    /// Polls readable when <see cref="TryReadEvent"/> has an event or the end of the connection to tell. It is a
    /// descriptor of its own: closing it, or keeping a reference to it, leaves the connection as it is.
    /// </summary>
    /// <remarks>
    /// <para>The same handle comes each time, and a new one after it was closed. <see cref="Dispose"/> closes it, and
    /// does not wait for references to it.</para>
    /// <para>With <see cref="WaitStrategy.Polling"/>, and on a machine whose system calls are not known, the handle
    /// does not own its descriptor: the number is valid until <see cref="Dispose"/>. On the socket transport it then
    /// does not tell the end of the connection.</para>
    /// </remarks>
    /// <exception cref="IpcException">This process has reached its limit of open files.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public SafeHandle PollHandle
    {
        get
        {
            _lifetime.ThrowIfDisposed();
            return _transport.PollHandle;
        }
    }

    internal RequestChannel Requests { get; }

    // As Connect, until a deadline that comes before the options' ConnectTimeout has passed.
    internal static IpcConnection Connect(IpcConnectionOptions options, Deadline deadline) =>
        new IpcConnector(options, deadline).Connect();

    internal static ValueTask<IpcConnection> ConnectAsync(
        IpcConnectionOptions options, Deadline deadline, CancellationToken cancellationToken) =>
        new IpcConnector(options, deadline).ConnectAsync(cancellationToken);

    /// <summary>Connects, and waits on this thread until the connection is made.</summary>
    /// <param name="options">How to connect.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="IpcException">
    /// No daemon, refused, timed out, or its shared memory could not be mapped.
    /// </exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static IpcConnection Connect(IpcConnectionOptions options) => new IpcConnector(options).Connect();

    /// <summary>Connects.</summary>
    /// <param name="options">How to connect.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="IpcException">
    /// No daemon, refused, timed out, or its shared memory could not be mapped.
    /// </exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The attempt was cancelled.</exception>
    public static ValueTask<IpcConnection> ConnectAsync(
        IpcConnectionOptions options, CancellationToken cancellationToken = default) =>
        new IpcConnector(options).ConnectAsync(cancellationToken);

    /// <summary>Sends a request and waits on this thread for the response.</summary>
    /// <param name="request">The whole message.</param>
    /// <param name="response">Where the response goes. A longer response breaks the protocol.</param>
    /// <param name="timeout">The limit for the whole call, waiting for other threads' requests included.</param>
    /// <returns>The length of the response in bytes.</returns>
    /// <exception cref="IpcException">
    /// No response in time (ETIMEDOUT). The connection stays usable and drops the late response.
    /// </exception>
    /// <exception cref="IpcClosedException">The daemon went away or broke the protocol.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public int Request(ReadOnlySpan<byte> request, Span<byte> response, TimeSpan timeout) =>
        Requests.Request(request, response, timeout);

    /// <summary>Sends a request; completes with the response.</summary>
    /// <param name="request">The whole message.</param>
    /// <param name="response">Where the response goes. A longer response breaks the protocol.</param>
    /// <param name="timeout">The limit for the whole call, waiting for other threads' requests included.</param>
    /// <param name="cancellationToken">Gives up waiting; the connection drops the late response.</param>
    /// <returns>The length of the response in bytes.</returns>
    /// <exception cref="IpcException">
    /// No response in time (ETIMEDOUT). The connection stays usable and drops the late response.
    /// </exception>
    /// <exception cref="IpcClosedException">The daemon went away or broke the protocol.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public ValueTask<int> RequestAsync(
        ReadOnlyMemory<byte> request,
        Memory<byte> response,
        TimeSpan timeout,
        CancellationToken cancellationToken = default) =>
        CopyingRequest.StartAsync(Requests, request, response, timeout, cancellationToken);

    /// <summary>Takes the next event if there is one. Never waits.</summary>
    /// <param name="message">Where the event goes. A longer event breaks the protocol.</param>
    /// <returns>The length of the event in bytes; -1 when there is none now.</returns>
    /// <exception cref="IpcClosedException">
    /// The daemon went away (all events before that were read) or broke the protocol.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public int TryReadEvent(Span<byte> message)
    {
        _lifetime.ThrowIfEventless();
        try
        {
            lock (_events)
            {
                return _transport.TryReceiveEvent(message);
            }
        }
        catch (Exception e) when (_lifetime.IsFatal(e))
        {
            throw _lifetime.AbortDrained(e);
        }
    }

    /// <summary>
    /// Waits on this thread until <see cref="TryReadEvent"/> may have something to tell: an event, the end of the
    /// connection, or its disposal.
    /// </summary>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</param>
    /// <returns>False when the time passed before any of these.</returns>
    /// <exception cref="ObjectDisposedException">The connection was disposed before.</exception>
    /// <exception cref="IpcClosedException">The connection was closed before.</exception>
    public bool WaitForEvent(TimeSpan timeout)
    {
        _lifetime.ThrowIfEventless();
        try
        {
            return _transport.WaitForEvent(timeout);
        }
        catch (ObjectDisposedException e) when (_lifetime.IsFatal(e))
        {
            // Another call closed the connection at this moment: TryReadEvent tells why.
            return true;
        }
    }

    /// <summary>
    /// Completes when <see cref="TryReadEvent"/> may have something to tell: an event, the end of the connection, or
    /// its disposal.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The wait.</returns>
    /// <exception cref="ObjectDisposedException">The connection was disposed before.</exception>
    /// <exception cref="IpcClosedException">The connection was closed before.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public ValueTask WaitForEventAsync(CancellationToken cancellationToken = default)
    {
        _lifetime.ThrowIfEventless();
        return _transport.WaitForEventAsync(cancellationToken);
    }

    /// <summary>Closes the connection over a message that cannot be right, found by the layer above.</summary>
    /// <param name="stage">What was being done.</param>
    /// <param name="cause">What is wrong.</param>
    /// <returns>
    /// The exception to throw. Every later call throws one with the same reason inside, unless there was an earlier
    /// reason.
    /// </returns>
    public IpcClosedException Abort(IpcStage stage, Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        return _lifetime.Abort(stage, cause);
    }

    /// <summary>
    /// Closes the connection, and the daemon cleans up. Wakes every caller that waits. Any thread may call it, any
    /// number of times; it never waits for the daemon.
    /// </summary>
    public void Dispose() => _lifetime.Dispose();
}
