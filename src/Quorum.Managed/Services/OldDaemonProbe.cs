using System.Collections.Concurrent;
using System.Globalization;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.Protocol.Cmap;

namespace Quorum.Managed;

// Keeps MODEL_GETTYPE away from corosync 2.x, which does not check a request's id and can crash on this one. The probe
// asks cmap of the same daemon for a key that only 2.x has, once per daemon process. Without an answer it takes the
// daemon for a 2.x. protocol-docs/differences.md, "Model V1 and corosync 2.x".
internal static class OldDaemonProbe
{
    // By process id: when the process started, and whether it is a 2.x.
    private static readonly ConcurrentDictionary<int, (ulong Started, bool IsOld)> Known = new();

    public static void Run(IpcConnection quorum, QuorumConnectionOptions options)
    {
        if (OptionsFor(quorum, options) is not { } cmap)
        {
            return;
        }

        ulong? started = StartOf(quorum.Peer.ProcessId);
        try
        {
            using ServiceConnection probe = ServiceConnection.Connect(cmap, WireLimits.CmapServiceName, 0);
            OldDaemonProbeResponse answer = probe.Exchange<OldDaemonProbeRequest, OldDaemonProbeResponse>(
                default, options.ConnectTimeout);
            Conclude(quorum, probe.Ipc, started, answer);
        }
        catch (IpcException e)
        {
            throw Unreachable(quorum, cmap, e);
        }
    }

    public static async ValueTask RunAsync(
        IpcConnection quorum, QuorumConnectionOptions options, CancellationToken cancellationToken)
    {
        if (OptionsFor(quorum, options) is not { } cmap)
        {
            return;
        }

        ulong? started = StartOf(quorum.Peer.ProcessId);
        try
        {
            using ServiceConnection probe = await ServiceConnection
                .ConnectAsync(cmap, WireLimits.CmapServiceName, 0, cancellationToken).ConfigureAwait(false);
            OldDaemonProbeResponse answer = await probe
                .ExchangeAsync<OldDaemonProbeRequest, OldDaemonProbeResponse>(
                    default, options.ConnectTimeout, cancellationToken)
                .ConfigureAwait(false);
            Conclude(quorum, probe.Ipc, started, answer);
        }
        catch (IpcException e)
        {
            throw Unreachable(quorum, cmap, e);
        }
    }

    internal static void Forget() => Known.Clear();

    // How to ask; null when there is no need to. libqb names a service's socket after the service, so a listener that
    // is bound to another name is no corosync.
    private static CorosyncConnectionOptions? OptionsFor(IpcConnection quorum, QuorumConnectionOptions options)
    {
        if (options.Model != QuorumModel.V1 || options.AssumeModelV1)
        {
            return null;
        }

        IpcAddress bound = quorum.BoundAddress ?? quorum.Address;
        string name = bound.IsPath ? Path.GetFileName(bound.Value) : bound.Value;
        if (!string.Equals(name, WireLimits.ServiceName, StringComparison.Ordinal))
        {
            return null;
        }

        int process = quorum.Peer.ProcessId;
        if (process > 0
            && Known.TryGetValue(process, out (ulong Started, bool IsOld) known)
            && StartOf(process) == known.Started)
        {
            return known.IsOld ? throw QuorumErrors.OldDaemon(quorum.Address) : null;
        }

        // Beside the address at which this daemon was found, and nowhere else.
        return options with
        {
            Endpoint = QuorumEndpoint.At(quorum.Address),
            MaxMessageSize = WireLimits.MinMaxMessageSize,
        };
    }

    private static void Conclude(
        IpcConnection quorum, IpcConnection probe, ulong? started, OldDaemonProbeResponse answer)
    {
        if (probe.Peer != quorum.Peer)
        {
            throw QuorumErrors.DaemonChanged(quorum.Address);
        }

        if (answer.Error is not (CorosyncError.Ok or CorosyncError.NotExist))
        {
            throw QuorumErrors.ModelUnknown(
                quorum.Address, 0, $"cmap answered with error {(int)answer.Error} ({answer.Error}).");
        }

        bool isOld = answer.Error == CorosyncError.Ok;
        int process = quorum.Peer.ProcessId;
        if (process > 0 && started is { } time)
        {
            Known[process] = (time, isOld);
        }

        if (isOld)
        {
            throw QuorumErrors.OldDaemon(quorum.Address);
        }
    }

    private static QuorumException Unreachable(IpcConnection quorum, CorosyncConnectionOptions cmap, IpcException cause)
    {
        if (cause is IpcClosedException { InnerException: WireFormatException malformed })
        {
            return QuorumErrors.ModelUnknown(
                quorum.Address, 0, "The answer of cmap is not understood: " + malformed.Message, malformed);
        }

        try
        {
            // Is cmap missing, or has the whole daemon gone?
            Span<byte> nothing = stackalloc byte[WireLimits.LargestEventSize];
            _ = quorum.TryReadEvent(nothing);
        }
        catch (IpcException gone)
        {
            return QuorumErrors.Connecting(gone);
        }

        IpcAddress address = cmap.Endpoint.AddressesOf(WireLimits.CmapServiceName)[0];
        return cause.Errno is Errno.EAGAIN or Errno.ETIMEDOUT
            ? QuorumErrors.Connecting(cause)
            : QuorumErrors.ModelUnknown(
                quorum.Address,
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
