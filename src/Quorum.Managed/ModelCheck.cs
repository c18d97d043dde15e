using System.Collections.Concurrent;
using System.Globalization;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// Keeps MODEL_GETTYPE away from corosync 2.x, which does not check a request's id and can crash on it: asks cmap of the same daemon for a key that only
// 2.x has, once per daemon process. Not to know counts as 2.x. protocol-docs/differences.md, "Model V1 and corosync 2.x".
internal static class ModelCheck
{
    // By process id: when it started, and whether it is a 2.x.
    private static readonly ConcurrentDictionary<int, (ulong Started, bool IsOld)> Known = new();

    private static readonly byte[] Request = MakeRequest();

    public static void Run(IpcConnection quorum, QuorumConnectionOptions options)
    {
        if (Begin(quorum, options) is not { } cmap)
        {
            return;
        }

        ulong? started = StartOf(quorum.Peer.ProcessId);
        try
        {
            using IpcConnection probe = IpcConnection.Connect(ProbeOptions(cmap, options));
            Span<byte> response = stackalloc byte[CmapGetResponse.Size];
            int length = probe.Request(Request, response, options.ConnectTimeout);
            Conclude(quorum, probe, started, response[..length]);
        }
        catch (IpcException e)
        {
            throw Unreachable(quorum, cmap, e);
        }
    }

    public static async ValueTask RunAsync(IpcConnection quorum, QuorumConnectionOptions options, CancellationToken cancellationToken)
    {
        if (Begin(quorum, options) is not { } cmap)
        {
            return;
        }

        ulong? started = StartOf(quorum.Peer.ProcessId);
        try
        {
            using IpcConnection probe = await IpcConnection.ConnectAsync(ProbeOptions(cmap, options), cancellationToken).ConfigureAwait(false);
            byte[] response = new byte[CmapGetResponse.Size];
            int length = await probe.RequestAsync(Request, response, options.ConnectTimeout, cancellationToken).ConfigureAwait(false);
            Conclude(quorum, probe, started, response.AsSpan(0, length));
        }
        catch (IpcException e)
        {
            throw Unreachable(quorum, cmap, e);
        }
    }

    internal static void Forget() => Known.Clear();

    // Where to ask; null when there is no need to. libqb names a service's socket after the service: a listener that calls itself otherwise is no corosync.
    private static IpcAddress? Begin(IpcConnection quorum, QuorumConnectionOptions options)
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
        if (process > 0 && Known.TryGetValue(process, out (ulong Started, bool IsOld) known) && StartOf(process) == known.Started)
        {
            return known.IsOld ? throw QuorumErrors.OldDaemon(quorum.Address) : null;
        }

        return quorum.Address.IsPath
            ? IpcAddress.Path(Path.Combine(Path.GetDirectoryName(quorum.Address.Value)!, WireLimits.CmapServiceName))
            : IpcAddress.Abstract(WireLimits.CmapServiceName);
    }

    private static IpcConnectionOptions ProbeOptions(IpcAddress cmap, QuorumConnectionOptions options) => options.ToIpc() with
    {
        Addresses = [cmap],
        MaxMessageSize = WireLimits.MinMaxMessageSize,
    };

    private static void Conclude(IpcConnection quorum, IpcConnection probe, ulong? started, ReadOnlySpan<byte> response)
    {
        if (probe.Peer != quorum.Peer)
        {
            throw QuorumErrors.DaemonChanged(quorum.Address);
        }

        CorosyncError answer;
        try
        {
            answer = CmapGetResponse.Read(response).Error;
        }
        catch (WireFormatException e)
        {
            throw QuorumErrors.ModelUnknown(quorum.Address, 0, "The answer of cmap is not understood: " + e.Message, e);
        }

        if (answer is not (CorosyncError.Ok or CorosyncError.NotExist))
        {
            throw QuorumErrors.ModelUnknown(quorum.Address, 0, $"cmap answered with error {(int)answer} ({answer}).");
        }

        bool isOld = answer == CorosyncError.Ok;
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

    private static QuorumException Unreachable(IpcConnection quorum, IpcAddress cmap, IpcException cause)
    {
        try
        {
            // Gone with the daemon, or not there at all?
            Span<byte> nothing = stackalloc byte[WireLimits.LargestEventSize];
            _ = quorum.TryReadEvent(nothing);
        }
        catch (IpcException gone)
        {
            return QuorumErrors.Connecting(gone);
        }

        return cause.Errno is Errno.EAGAIN or Errno.ETIMEDOUT
            ? QuorumErrors.Connecting(cause)
            : QuorumErrors.ModelUnknown(quorum.Address, cause.Errno, $"Its service cmap at {cmap}, which would tell, cannot be used: {cause.Problem}", cause);
    }

    // When a process started, in the kernel's ticks: with the process id, that names it. Null when /proc does not tell.
    private static ulong? StartOf(int process)
    {
        if (process <= 0)
        {
            return null;
        }

        try
        {
            // Field 22; field 2 is the name in parentheses, which may contain anything.
            ReadOnlySpan<char> stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
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

    private static byte[] MakeRequest()
    {
        byte[] request = new byte[CmapGetRequest.Size];
        _ = new CmapGetRequest(CmapGetRequest.OldDaemonKey).WriteTo(request);
        return request;
    }
}
