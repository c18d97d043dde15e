using System.Collections.Concurrent;
using System.Globalization;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.Protocol.Cmap;

namespace Quorum.Managed;

// Keeps newer requests away from corosync 2.x, which does not check a request's id and can crash: MODEL_GETTYPE of the
// quorum service, and some of cfg. The probe asks cmap of the same daemon for a key that only 2.x has, once per daemon
// process. Without an answer the daemon is taken for a 2.x. protocol-docs/differences.md, "Model V1 and corosync 2.x".
internal static class OldDaemonProbe
{
    // By process id: when the process started, and whether it is a 2.x.
    private static readonly ConcurrentDictionary<int, (ulong Started, bool IsOld)> Known = new();

    // Whether model V1 may be asked for, within the connect that has this deadline. Throws if not, unless the
    // connection may fall back to V0.
    public static bool HasV1(IpcConnection quorum, QuorumConnectionOptions options, Deadline deadline) =>
        options.AssumeModelV1
        || IsNew(quorum, options, Ask(quorum, WireLimits.ServiceName, options, deadline));

    public static async ValueTask<bool> HasV1Async(
        IpcConnection quorum,
        QuorumConnectionOptions options,
        Deadline deadline,
        CancellationToken cancellationToken) =>
        options.AssumeModelV1
        || IsNew(quorum, options, await AskAsync(quorum, WireLimits.ServiceName, options, deadline, cancellationToken)
            .ConfigureAwait(false));

    // Of the daemon that this connection to one of its services leads to.
    public static DaemonAge Ask(
        IpcConnection connection, string service, CorosyncConnectionOptions options, Deadline deadline)
    {
        if (OptionsFor(connection, service, options, out DaemonAge known) is not { } cmap)
        {
            return known;
        }

        ulong? started = StartOf(connection.Peer.ProcessId);
        try
        {
            using ServiceConnection probe = ServiceConnection.Connect(cmap, WireLimits.CmapServiceName, 0, deadline);
            OldDaemonProbeResponse answer = probe.Exchange<OldDaemonProbeRequest, OldDaemonProbeResponse>(
                default, deadline, options.ConnectTimeout);
            return Conclude(connection, probe.Ipc, started, answer);
        }
        catch (IpcException e)
        {
            return Unreachable(connection, cmap, e);
        }
    }

    public static async ValueTask<DaemonAge> AskAsync(
        IpcConnection connection,
        string service,
        CorosyncConnectionOptions options,
        Deadline deadline,
        CancellationToken cancellationToken)
    {
        if (OptionsFor(connection, service, options, out DaemonAge known) is not { } cmap)
        {
            return known;
        }

        ulong? started = StartOf(connection.Peer.ProcessId);
        try
        {
            using ServiceConnection probe = await ServiceConnection
                .ConnectAsync(cmap, WireLimits.CmapServiceName, 0, deadline, cancellationToken).ConfigureAwait(false);
            OldDaemonProbeResponse answer = await probe
                .ExchangeAsync<OldDaemonProbeRequest, OldDaemonProbeResponse>(
                    default, deadline, options.ConnectTimeout, cancellationToken)
                .ConfigureAwait(false);
            return Conclude(connection, probe.Ipc, started, answer);
        }
        catch (IpcException e)
        {
            return Unreachable(connection, cmap, e);
        }
    }

    internal static void Forget() => Known.Clear();

    private static bool IsNew(IpcConnection quorum, QuorumConnectionOptions options, DaemonAge age) => age.IsOld switch
    {
        false => true,
        true when options.FallBackToV0 == true => false,
        true => throw QuorumErrors.OldDaemon(quorum.Address),
        _ => throw QuorumErrors.ModelUnknown(quorum.Address, age.Errno, age.Why!, age.Cause),
    };

    // How to ask; null when there is no need to. libqb names a service's socket after the service, so a listener that
    // is bound to another name is no corosync.
    private static CorosyncConnectionOptions? OptionsFor(
        IpcConnection connection, string service, CorosyncConnectionOptions options, out DaemonAge known)
    {
        known = DaemonAge.New;
        IpcAddress bound = connection.BoundAddress ?? connection.Address;
        string name = bound.IsPath ? Path.GetFileName(bound.Value) : bound.Value;
        if (!string.Equals(name, service, StringComparison.Ordinal))
        {
            return null;
        }

        int process = connection.Peer.ProcessId;
        if (process > 0
            && Known.TryGetValue(process, out (ulong Started, bool IsOld) found)
            && StartOf(process) == found.Started)
        {
            known = new DaemonAge(found.IsOld);
            return null;
        }

        // Beside the address at which this daemon was found, and nowhere else.
        return options with
        {
            Endpoint = QuorumEndpoint.At(PlaceOf(connection, service, options.Endpoint)),
            MaxMessageSize = WireLimits.MinMaxMessageSize,
        };
    }

    // The address of the daemon's quorum service, given the one at which another of its services was found.
    private static IpcAddress PlaceOf(IpcConnection connection, string service, QuorumEndpoint endpoint)
    {
        IReadOnlyList<IpcAddress> ofService = endpoint.Resolve(service);
        int index = Enumerable.Range(0, ofService.Count).FirstOrDefault(i => ofService[i] == connection.Address);
        return endpoint.Addresses[index];
    }

    private static DaemonAge Conclude(
        IpcConnection connection, IpcConnection probe, ulong? started, OldDaemonProbeResponse answer)
    {
        if (probe.Peer != connection.Peer)
        {
            throw QuorumErrors.DaemonChanged(connection.Address);
        }

        if (answer.Error is not (CorosyncError.Ok or CorosyncError.NotExist))
        {
            return new DaemonAge(null, Why: $"cmap answered with error {(int)answer.Error} ({answer.Error}).");
        }

        bool isOld = answer.Error == CorosyncError.Ok;
        int process = connection.Peer.ProcessId;
        if (process > 0 && started is { } time)
        {
            Known[process] = (time, isOld);
        }

        return new DaemonAge(isOld);
    }

    // Throws when the daemon has gone, or is slow: then the connect fails whatever its version is.
    private static DaemonAge Unreachable(IpcConnection connection, CorosyncConnectionOptions cmap, IpcException cause)
    {
        if (cause is IpcClosedException { InnerException: WireFormatException malformed })
        {
            return new DaemonAge(
                null, Why: "The answer of cmap is not understood: " + malformed.Message, Cause: malformed);
        }

        try
        {
            // Is cmap missing, or has the whole daemon gone?
            Span<byte> nothing = stackalloc byte[WireLimits.LargestEventSize];
            _ = connection.TryReadEvent(nothing);
        }
        catch (IpcException gone)
        {
            throw QuorumErrors.Connecting(gone);
        }

        if (cause.Errno is Errno.EAGAIN or Errno.ETIMEDOUT)
        {
            throw QuorumErrors.Connecting(cause);
        }

        IpcAddress address = cmap.Endpoint.AddressesOf(WireLimits.CmapServiceName)[0];
        return new DaemonAge(
            null,
            cause.Errno,
            $"Its service cmap at {address}, which would tell, cannot be used: {cause.Problem}",
            cause);
    }

    // When a process started, in the kernel's ticks. Together with the process id, that names the process. Null when
    // /proc does not tell.
    private static ulong? StartOf(int process)
    {
        if (process <= 0)
        {
            return null;
        }

        try
        {
            // Field 22. Field 2 is the program's name in parentheses, which may contain any character.
            string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat");
            ReadOnlySpan<char> stat = File.ReadAllText(path);
            stat = stat[(stat.LastIndexOf(')') + 1)..].Trim();
            int field = 3;
            foreach (Range range in stat.Split(' '))
            {
                if (field++ == 22)
                {
                    return ulong.TryParse(stat[range], CultureInfo.InvariantCulture, out ulong time) ? time : null;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return null;
    }
}
