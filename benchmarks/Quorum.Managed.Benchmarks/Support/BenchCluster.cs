using Quorum.Managed.Ipc;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Support;

// One-node clusters in private namespaces. Each measure gets a daemon that has just started, because a daemon gets
// slower with every connection that it has served. Only a dry run shares daemons.
internal static class BenchCluster
{
    private static readonly Dictionary<(ClusterIpc Ipc, bool Device), CorosyncCluster> Running = [];
    private static readonly Lazy<string?> NoSocket = new(FindWhyNoSocket);

    // Whether a daemon may serve several measures.
    public static bool IsShared { get; set; }

    // The reason why clusters cannot run here or native libraries are missing; null when all is there.
    public static string? WhyNot => Corosync.WhyNot ?? (HasLibraries ? null : "libquorum or libvotequorum is missing");

    private static bool HasLibraries => NativeQuorum.IsAvailable && QuorumFlipper.IsAvailable;

    // The transports that this build supports.
    public static ClusterIpc[] Transports =>
        NoSocket.Value is null ? [ClusterIpc.SharedMemory, ClusterIpc.Socket] : [ClusterIpc.SharedMemory];

    public static async Task<CorosyncNode> GetAsync(ClusterIpc ipc = ClusterIpc.SharedMemory, bool device = false)
    {
        if (Running.TryGetValue((ipc, device), out CorosyncCluster? cluster))
        {
            if (IsShared)
            {
                return cluster.Node(1);
            }

            // One daemon at a time: a second one would take processor time.
            await DisposeAllAsync();
        }
        else if (!IsShared)
        {
            await DisposeAllAsync();
        }

        cluster = await CorosyncCluster.StartAsync(new() { Ipc = ipc, QuorumDevice = device });
        Running.Add((ipc, device), cluster);
        return cluster.Node(1);
    }

    public static CorosyncNode Get(ClusterIpc ipc = ClusterIpc.SharedMemory, bool device = false) =>
        GetAsync(ipc, device).GetAwaiter().GetResult();

    public static async Task DisposeAllAsync()
    {
        foreach (CorosyncCluster cluster in Running.Values)
        {
            await cluster.DisposeAsync();
        }

        Running.Clear();
    }

    private static string? FindWhyNoSocket()
    {
        try
        {
            Get(ClusterIpc.Socket).Network.Run(static () => QuorumConnection.Connect().Dispose());
            return null;
        }
        catch (QuorumException e) when (e.Errno == Errno.ENOTSUP)
        {
            Progress.Say($"the socket transport is skipped: {e.Message}");
            return e.Message;
        }
    }
}
