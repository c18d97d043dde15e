using System.Runtime.InteropServices;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.Protocol.Cmap;

namespace Quorum.Managed;

/// <summary>
/// A connection to one map of corosync's cmap service, to read it: cmap_initialize_map(3), cmap_get(3),
/// cmap_iter_init(3) and cmap_track_add(3), in managed code. Nothing here writes.
/// </summary>
/// <remarks>
/// <para>A connection is passive: it owns no thread and no background task, and an idle one costs nothing.</para>
/// <para>Thread-safe: any number of threads may call at once. Requests take turns, one round trip after the other. No
/// request that this type sends can harm the daemon. One reader at a time reads notifications.</para>
/// <para>After the daemon went away every call throws <see cref="QuorumConnectionClosedException"/>: connect anew.
/// After <see cref="Dispose"/> every call throws <see cref="ObjectDisposedException"/>.</para>
/// <para>Source: protocol-docs/cmap.md.</para>
/// </remarks>
public sealed class CmapConnection : IDisposable, IAsyncDisposable
{
    private readonly ServiceConnection _service;
    private readonly CmapReader _reader;
    private readonly CmapTrackers _trackers;
    private readonly ServiceConnection.EventHandler _handleEvent;

    private CmapConnection(ServiceConnection service, CmapMap map)
    {
        _service = service;
        _reader = new CmapReader(service);
        _trackers = new CmapTrackers(service, map);
        _handleEvent = message => _trackers.Handle(this, message);
        Map = map;
    }

    /// <summary>The map that this connection reads.</summary>
    public CmapMap Map { get; private set; }

    /// <summary>Where the daemon's cmap service was found.</summary>
    public IpcAddress Address => _service.Ipc.Address;

    /// <summary>How messages travel. The daemon decides.</summary>
    public IpcConnectionType ConnectionType => _service.Ipc.ConnectionType;

    /// <summary>
    /// The daemon's process, as the kernel tells. The process id is 0 when the daemon lives in a PID namespace that
    /// this process cannot see.
    /// </summary>
    public PeerCredentials Daemon => _service.Ipc.Peer;

    /// <summary>
    /// A descriptor for a poll or epoll loop of yours (cmap_fd_get(3)). It polls readable while <see cref="Dispatch"/>
    /// with <see cref="DispatchFlags.One"/> would not wait.
    /// </summary>
    /// <inheritdoc cref="VoteQuorumConnection.PollHandle" path="/*[not(self::summary)]"/>
    public SafeHandle PollHandle => _service.PollHandle;

    /// <summary>
    /// Connects, and waits on this thread until the connection is made (cmap_initialize_map(3)).
    /// </summary>
    /// <param name="options">
    /// How to connect; <see langword="null"/> for the defaults. Rings smaller than two of the longest values need are
    /// made larger.
    /// </param>
    /// <param name="map">
    /// Which map to read. Defaults to <see cref="CmapMap.Configuration"/>. For <see cref="CmapMap.Statistics"/> the
    /// daemon is first asked whether it is corosync 2.x, which could crash if asked for that map.
    /// </param>
    /// <returns>The connection; dispose it.</returns>
    /// <exception cref="QuorumConnectException">
    /// No daemon, not allowed, no answer in time, its shared memory is out of reach, or it has no statistics map
    /// (<see cref="CorosyncError.NotSupported"/>).
    /// </exception>
    /// <exception cref="ArgumentException">An option or the map is out of its range.</exception>
    public static CmapConnection Connect(
        CorosyncConnectionOptions? options = null, CmapMap map = CmapMap.Configuration) =>
        CmapConnector.Connect(options, map, static (service, map) => new CmapConnection(service, map));

    /// <inheritdoc cref="Connect"/>
    /// <summary>Connects (cmap_initialize_map(3)).</summary>
    /// <param name="options">
    /// How to connect; <see langword="null"/> for the defaults. Rings smaller than two of the longest values need are
    /// made larger.
    /// </param>
    /// <param name="map">
    /// Which map to read. Defaults to <see cref="CmapMap.Configuration"/>. For <see cref="CmapMap.Statistics"/> the
    /// daemon is first asked whether it is corosync 2.x, which could crash if asked for that map.
    /// </param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationCanceledException">The attempt was cancelled.</exception>
    public static ValueTask<CmapConnection> ConnectAsync(
        CorosyncConnectionOptions? options = null,
        CmapMap map = CmapMap.Configuration,
        CancellationToken cancellationToken = default) =>
        CmapConnector.ConnectAsync(
            options, map, static (service, map) => new CmapConnection(service, map), cancellationToken);

    /// <summary>Reads a key's value (cmap_get(3)).</summary>
    /// <param name="key">The key, 1 to 255 bytes in UTF-8, without a NUL.</param>
    /// <param name="value">The value, if the key exists.</param>
    /// <returns>Whether the key exists in this connection's map.</returns>
    /// <exception cref="ArgumentException">The key cannot be one.</exception>
    /// <exception cref="QuorumException">
    /// No answer within <see cref="CorosyncConnectionOptions.RequestTimeout"/>. The connection drops the late answer.
    /// </exception>
    /// <exception cref="QuorumConnectionClosedException">The daemon went away or broke the protocol.</exception>
    /// <exception cref="QuorumRefusedException">The daemon answered with an error.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public bool TryGet(string key, out CmapValue value) => _reader.TryGet(key, out value);

    /// <inheritdoc cref="TryGet"/>
    /// <param name="key">The key, 1 to 255 bytes in UTF-8, without a NUL.</param>
    /// <param name="cancellationToken">Gives up waiting; the connection drops the late answer.</param>
    /// <returns>The value; <see langword="null"/> when the key does not exist in this connection's map.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public ValueTask<CmapValue?> GetAsync(string key, CancellationToken cancellationToken = default) =>
        _reader.GetAsync(key, cancellationToken);

    /// <summary>Reads a key's value as a number, if it is an integer of any size (cmap_get(3)).</summary>
    /// <param name="key">The key, 1 to 255 bytes in UTF-8, without a NUL.</param>
    /// <returns>The number; <see langword="null"/> when the key does not exist in this connection's map.</returns>
    /// <remarks>Allocates nothing.</remarks>
    /// <exception cref="ArgumentException">The key cannot be one.</exception>
    /// <exception cref="InvalidOperationException">The value is no integer.</exception>
    /// <exception cref="OverflowException">The value is negative.</exception>
    /// <inheritdoc cref="TryGet" path="/exception"/>
    public ulong? GetUInt64(string key) => _reader.GetNumber(key);

    /// <inheritdoc cref="GetUInt64"/>
    /// <param name="key">The key, 1 to 255 bytes in UTF-8, without a NUL.</param>
    /// <param name="cancellationToken">Gives up waiting; the connection drops the late answer.</param>
    /// <remarks>Allocates nothing in steady state.</remarks>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public ValueTask<ulong?> GetUInt64Async(string key, CancellationToken cancellationToken = default) =>
        _reader.GetNumberAsync(key, cancellationToken);

    /// <summary>The keys with a prefix (cmap_iter_init(3), cmap_iter_next(3)).</summary>
    /// <param name="prefix">What the keys begin with; empty for all. At most 255 bytes in UTF-8, without a NUL.</param>
    /// <returns>
    /// The keys in the order of their bytes, asked for one by one while they are enumerated. Keys may come and go
    /// meanwhile.
    /// </returns>
    /// <exception cref="ArgumentException">The prefix cannot be one.</exception>
    /// <inheritdoc cref="TryGet" path="/exception[not(starts-with(@cref, 'T:System.Arg'))]"/>
    public IEnumerable<CmapKey> ListKeys(string prefix = "") => _reader.ListKeys(Checked(prefix));

    /// <inheritdoc cref="ListKeys"/>
    /// <param name="prefix">What the keys begin with; empty for all. At most 255 bytes in UTF-8, without a NUL.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="OperationCanceledException">The enumeration was cancelled.</exception>
    public IAsyncEnumerable<CmapKey> ListKeysAsync(
        string prefix = "", CancellationToken cancellationToken = default) =>
        _reader.ListKeysAsync(Checked(prefix), cancellationToken);

    /// <summary>The keys with a prefix, with their values. Keys that go away meanwhile are left out.</summary>
    /// <inheritdoc cref="ListKeys" path="/*[not(self::summary)]"/>
    public IEnumerable<KeyValuePair<string, CmapValue>> List(string prefix = "") => _reader.List(Checked(prefix));

    /// <summary>The keys with a prefix, with their values. Keys that go away meanwhile are left out.</summary>
    /// <inheritdoc cref="ListKeysAsync" path="/*[not(self::summary)]"/>
    public IAsyncEnumerable<KeyValuePair<string, CmapValue>> ListAsync(
        string prefix = "", CancellationToken cancellationToken = default) =>
        _reader.ListAsync(Checked(prefix), cancellationToken);

    /// <summary>
    /// Asks to be told of changes of the keys with a prefix (cmap_track_add(3)). The present values are not told: add
    /// the tracker first, and then read them.
    /// </summary>
    /// <param name="prefix">What the keys begin with; empty for all. At most 255 bytes in UTF-8, without a NUL.</param>
    /// <param name="changes">
    /// Which changes. <see langword="null"/>, the default, for all. In the statistics map these are additions and
    /// deletions, which cannot be asked for one by one.
    /// </param>
    /// <param name="callback">
    /// What <see cref="Dispatch"/> calls. Not needed to read notifications otherwise.
    /// </param>
    /// <returns>The tracker: <see cref="CmapChange.Tracker"/> of its notifications.</returns>
    /// <exception cref="ArgumentException">
    /// The prefix cannot be one, or the map does not tell these changes.
    /// </exception>
    /// <inheritdoc cref="TryGet" path="/exception[not(starts-with(@cref, 'T:System.Arg'))]"/>
    public ulong TrackAdd(string prefix, CmapChanges? changes = null, CmapChangedCallback? callback = null) =>
        _trackers.Add(prefix, changes, callback);

    /// <inheritdoc cref="TrackAdd"/>
    /// <param name="prefix">What the keys begin with; empty for all. At most 255 bytes in UTF-8, without a NUL.</param>
    /// <param name="changes">Which changes. <see langword="null"/>, the default, for all that the map tells.</param>
    /// <param name="callback">What <see cref="Dispatch"/> calls.</param>
    /// <param name="cancellationToken">Gives up waiting; notifications of the tracker are dropped then.</param>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public ValueTask<ulong> TrackAddAsync(
        string prefix,
        CmapChanges? changes = null,
        CmapChangedCallback? callback = null,
        CancellationToken cancellationToken = default) =>
        _trackers.AddAsync(prefix, changes, callback, cancellationToken);

    /// <summary>
    /// Ends a tracker (cmap_track_delete(3)). No notification of it is given out any more, not even one under way.
    /// </summary>
    /// <param name="tracker">What <see cref="TrackAdd"/> returned.</param>
    /// <exception cref="ArgumentException">There is no such tracker.</exception>
    /// <inheritdoc cref="TryGet" path="/exception[not(starts-with(@cref, 'T:System.Arg'))]"/>
    public void TrackDelete(ulong tracker) => _trackers.Delete(tracker);

    /// <inheritdoc cref="TrackDelete"/>
    /// <param name="tracker">What <see cref="TrackAdd"/> returned.</param>
    /// <param name="cancellationToken">Gives up waiting; the tracker has ended all the same.</param>
    /// <returns>Completes when the daemon agreed.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public ValueTask TrackDeleteAsync(ulong tracker, CancellationToken cancellationToken = default) =>
        _trackers.DeleteAsync(tracker, cancellationToken);

    /// <summary>Handles events: calls the trackers' callbacks on this thread (cmap_dispatch(3)).</summary>
    /// <inheritdoc cref="VoteQuorumConnection.Dispatch" path="/*[not(self::summary)]"/>
    public int Dispatch(DispatchFlags flags, CancellationToken cancellationToken = default) =>
        _service.Dispatch(flags, _handleEvent, cancellationToken);

    /// <summary>The changes as they come, in order and none left out.</summary>
    /// <inheritdoc cref="VoteQuorumConnection.ReadNotificationsAsync" path="/*[not(self::summary)]"/>
    public IAsyncEnumerable<CmapChange> ReadNotificationsAsync(CancellationToken cancellationToken = default) =>
        _service.ReadEventsAsync(_trackers.Read, cancellationToken);

    /// <summary>
    /// Closes the connection (cmap_finalize(3)). Calls in progress on other threads end with an exception. Any thread
    /// may call it, any number of times.
    /// </summary>
    public void Dispose() => _service.Dispose();

    /// <inheritdoc cref="Dispose"/>
    /// <returns>A completed task.</returns>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    // When the enumeration is asked for, not when it begins.
    private static string Checked(string prefix) => new CmapIterInitRequest(prefix).Prefix;

    // Reads the configuration from now on: a connection of its own for it would take longer than all the requests. No
    // lists of keys and no trackers may be open.
    internal void SwitchToConfiguration()
    {
        _service.Request<SetCurrentMapRequest, StatusResponse>(new(CmapMap.Configuration));
        Map = CmapMap.Configuration;
    }
}
