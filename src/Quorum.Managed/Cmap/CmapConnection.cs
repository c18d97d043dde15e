using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.Protocol.Cmap;

namespace Quorum.Managed;

/// <summary>
/// A connection to one map of corosync's cmap service, to read it: cmap_initialize_map(3) and cmap_get(3), in managed
/// code. Nothing here writes.
/// </summary>
/// <remarks>
/// <para>A connection is passive: it owns no thread and no background task, and an idle one costs nothing.</para>
/// <para>Thread-safe: any number of threads may call at once. Requests take turns, one round trip after the other. No
/// request that this type sends can harm the daemon.</para>
/// <para>After the daemon went away every call throws <see cref="QuorumConnectionClosedException"/>: connect anew.
/// After <see cref="Dispose"/> every call throws <see cref="ObjectDisposedException"/>.</para>
/// <para>Source: protocol-docs/cmap-get.md.</para>
/// </remarks>
public sealed class CmapConnection : IDisposable, IAsyncDisposable
{
    private static readonly Func<CmapGetResponse, CmapValue?> SelectValue = Value;
    private static readonly Func<CmapGetNumberResponse, ulong?> SelectNumber = Number;

    private readonly ServiceConnection _service;

    private CmapConnection(ServiceConnection service, CmapMap map)
    {
        _service = service;
        Map = map;
    }

    /// <summary>The map that this connection reads.</summary>
    public CmapMap Map { get; }

    /// <summary>Where the daemon's cmap service was found.</summary>
    public IpcAddress Address => _service.Ipc.Address;

    /// <summary>
    /// The daemon's process, as the kernel tells. The process id is 0 when the daemon lives in a PID namespace that
    /// this process cannot see.
    /// </summary>
    public PeerCredentials Daemon => _service.Ipc.Peer;

    /// <summary>
    /// Connects, and waits on this thread until the connection is made (cmap_initialize_map(3)).
    /// </summary>
    /// <param name="options">
    /// How to connect; <see langword="null"/> for the defaults. Rings smaller than the longest value needs are made
    /// larger.
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
        CorosyncConnectionOptions? options = null, CmapMap map = CmapMap.Configuration)
    {
        options = Checked(options, map);
        return ServiceConnector.Connect(options, WireLimits.CmapServiceName, largestEvent: 0, (service, deadline) =>
        {
            if (map == CmapMap.Statistics)
            {
                CheckVersion(service, service.Exchange<OldDaemonProbeRequest, OldDaemonProbeResponse>(
                    default, deadline, options.ConnectTimeout));
                CheckMap(service, service.Exchange<SetCurrentMapRequest, StatusResponse>(
                    new(map), deadline, options.ConnectTimeout));
            }

            return new CmapConnection(service, map);
        });
    }

    /// <inheritdoc cref="Connect"/>
    /// <summary>Connects (cmap_initialize_map(3)).</summary>
    /// <param name="options">
    /// How to connect; <see langword="null"/> for the defaults. Rings smaller than the longest value needs are made
    /// larger.
    /// </param>
    /// <param name="map">
    /// Which map to read. Defaults to <see cref="CmapMap.Configuration"/>. For <see cref="CmapMap.Statistics"/> the
    /// daemon is first asked whether it is corosync 2.x, which could crash if asked for that map.
    /// </param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationCanceledException">The attempt was cancelled.</exception>
    public static async ValueTask<CmapConnection> ConnectAsync(
        CorosyncConnectionOptions? options = null,
        CmapMap map = CmapMap.Configuration,
        CancellationToken cancellationToken = default)
    {
        options = Checked(options, map);
        return await ServiceConnector.ConnectAsync(
            options,
            WireLimits.CmapServiceName,
            largestEvent: 0,
            async (service, deadline) =>
            {
                if (map == CmapMap.Statistics)
                {
                    CheckVersion(service, await service
                        .ExchangeAsync<OldDaemonProbeRequest, OldDaemonProbeResponse>(
                            default, deadline, options.ConnectTimeout, cancellationToken)
                        .ConfigureAwait(false));
                    CheckMap(service, await service
                        .ExchangeAsync<SetCurrentMapRequest, StatusResponse>(
                            new(map), deadline, options.ConnectTimeout, cancellationToken)
                        .ConfigureAwait(false));
                }

                return new CmapConnection(service, map);
            },
            cancellationToken).ConfigureAwait(false);
    }

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
    public bool TryGet(string key, out CmapValue value)
    {
        CmapGetResponse response = _service.Request<CmapGetRequest, CmapGetResponse>(new(key));
        value = response.Value;
        return response.Error == CorosyncError.Ok;
    }

    /// <inheritdoc cref="TryGet"/>
    /// <param name="key">The key, 1 to 255 bytes in UTF-8, without a NUL.</param>
    /// <param name="cancellationToken">Gives up waiting; the connection drops the late answer.</param>
    /// <returns>The value; <see langword="null"/> when the key does not exist in this connection's map.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public ValueTask<CmapValue?> GetAsync(string key, CancellationToken cancellationToken = default) =>
        _service.RequestAsync<CmapGetRequest, CmapGetResponse, CmapValue?>(new(key), SelectValue, cancellationToken);

    /// <summary>Reads a key's value as a number, if it is an integer of any size (cmap_get(3)).</summary>
    /// <param name="key">The key, 1 to 255 bytes in UTF-8, without a NUL.</param>
    /// <returns>The number; <see langword="null"/> when the key does not exist in this connection's map.</returns>
    /// <remarks>Allocates nothing.</remarks>
    /// <exception cref="ArgumentException">The key cannot be one.</exception>
    /// <exception cref="InvalidOperationException">The value is no integer.</exception>
    /// <exception cref="OverflowException">The value is negative.</exception>
    /// <exception cref="QuorumException">
    /// No answer within <see cref="CorosyncConnectionOptions.RequestTimeout"/>. The connection drops the late answer.
    /// </exception>
    /// <exception cref="QuorumConnectionClosedException">The daemon went away or broke the protocol.</exception>
    /// <exception cref="QuorumRefusedException">The daemon answered with an error.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public ulong? GetUInt64(string key) =>
        Number(_service.Request<CmapGetNumberRequest, CmapGetNumberResponse>(new(key)));

    /// <inheritdoc cref="GetUInt64"/>
    /// <param name="key">The key, 1 to 255 bytes in UTF-8, without a NUL.</param>
    /// <param name="cancellationToken">Gives up waiting; the connection drops the late answer.</param>
    /// <remarks>Allocates nothing in steady state.</remarks>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public ValueTask<ulong?> GetUInt64Async(string key, CancellationToken cancellationToken = default) =>
        _service.RequestAsync<CmapGetNumberRequest, CmapGetNumberResponse, ulong?>(
            new(key), SelectNumber, cancellationToken);

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

    // With rings that hold the longest answer: the daemon drops a longer one, and the call would wait in vain.
    private static CorosyncConnectionOptions Checked(CorosyncConnectionOptions? options, CmapMap map)
    {
        if (map is not (CmapMap.Configuration or CmapMap.Statistics))
        {
            throw new ArgumentOutOfRangeException(nameof(map), map, "Not a map: Configuration or Statistics.");
        }

        options ??= new CorosyncConnectionOptions();
        options.Validate();
        bool isSmall = options.MaxMessageSize is >= WireLimits.MinMaxMessageSize and < WireLimits.CmapMaxMessageSize;
        return isSmall ? options with { MaxMessageSize = WireLimits.CmapMaxMessageSize } : options;
    }

    // SET_CURRENT_MAP comes after this only.
    private static void CheckVersion(ServiceConnection service, OldDaemonProbeResponse answer)
    {
        switch (answer.Error)
        {
            case CorosyncError.Ok:
                throw CmapErrors.OldDaemon(service.Ipc.Address);
            case CorosyncError.NotExist:
                return;
            default:
                throw CmapErrors.VersionUnknown(service.Ipc.Address, answer.Error);
        }
    }

    private static void CheckMap(ServiceConnection service, StatusResponse answer)
    {
        if (answer.Error != CorosyncError.Ok)
        {
            throw CmapErrors.NoStatistics(service.Ipc.Address, answer.Error);
        }
    }

    private static CmapValue? Value(CmapGetResponse response) =>
        response.Error == CorosyncError.Ok ? response.Value : null;

    private static ulong? Number(CmapGetNumberResponse response)
    {
        if (response.Error == CorosyncError.NotExist)
        {
            return null;
        }

        if (response.Value.TryGetUInt64(out ulong number))
        {
            return number;
        }

        throw response.Value.TryGetInt64(out _)
            ? CmapErrors.Negative(response.Value)
            : CmapErrors.NotAnInteger(response.ValueType);
    }
}
