using System.Globalization;

namespace Quorum.Managed.TestSupport;

/// <summary>What kind of cluster to start; each property is a setting of tests/cluster.</summary>
public sealed record CorosyncClusterOptions
{
    /// <summary>Number of nodes; their ids are 1 to this. Defaults to 1.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>Defaults to UDP unicast.</summary>
    public ClusterTransport Transport { get; init; }

    /// <summary>
    /// Defaults to shared memory, or to sockets where the environment variable QUORUM_TEST_IPC is <c>socket</c>. So any
    /// test can run on both.
    /// </summary>
    public ClusterIpc Ipc { get; init; } =
        Environment.GetEnvironmentVariable("QUORUM_TEST_IPC") == "socket" ? ClusterIpc.Socket : ClusterIpc.SharedMemory;

    /// <summary>Defaults to votequorum.</summary>
    public ClusterProvider Provider { get; init; }

    /// <summary>
    /// Adds a quorum device with one vote; <see cref="QuorumFlipper"/> needs it. The cluster starts inquorate if it has
    /// one node.
    /// </summary>
    public bool QuorumDevice { get; init; }

    /// <summary>
    /// Gives each node a second interface, and knet a second link over it. Needs knet. Defaults to false.
    /// </summary>
    public bool SecondLink { get; init; }

    /// <summary>
    /// Runs corosync-qdevice on each node, and one corosync-qnetd that partitions do not cut off. See
    /// <see cref="Corosync.RequireNetDevice"/>. Defaults to false.
    /// </summary>
    public bool NetDevice { get; init; }

    /// <summary>
    /// Gives each node a /dev/shm of its own, which this process sees only below <see cref="CorosyncNode.Root"/>.
    /// Defaults to false.
    /// </summary>
    public bool PrivateSharedMemory { get; init; }

    /// <summary>Size of a private /dev/shm as mount(8) takes it, for example "64m".</summary>
    public string? SharedMemorySize { get; init; }

    /// <summary>
    /// Uses socket files (in a private /tmp, /run or /var/run, as libqb was built) instead of abstract addresses.
    /// </summary>
    public bool FileSystemSockets { get; init; }

    /// <summary>
    /// Directories below /tmp that stay visible when <see cref="FileSystemSockets"/> makes it private.
    /// </summary>
    public IReadOnlyList<string> KeepDirectories { get; init; } = [];

    /// <summary>
    /// A root directory that tests/versions/make-root.sh made: its corosync and its tools run in the nodes. Defaults to
    /// the environment variable QUORUM_TEST_CHROOT. So any test can run on another release. Null is this machine's own.
    /// </summary>
    public string? Chroot { get; init; } = Environment.GetEnvironmentVariable("QUORUM_TEST_CHROOT");

    /// <summary>Uids besides root that may use the daemons.</summary>
    public IReadOnlyList<int> Uids { get; init; } = [];

    /// <summary>
    /// Totem token timeout. The others notice a lost node after about 2.2 times the timeout. Defaults to the script's
    /// choice, 500 ms.
    /// </summary>
    public TimeSpan? Token { get; init; }

    /// <summary>
    /// Leaves the timing to corosync, as most clusters do: a token timeout of 3000 ms, and 650 ms more for each node
    /// beyond two. <see cref="Token"/> then has no effect. Defaults to false.
    /// </summary>
    public bool DefaultTiming { get; init; }

    /// <summary>Debug messages in the daemons' logs.</summary>
    public bool Debug { get; init; }

    /// <summary>The bound of each wait. Defaults to 60 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    private string TokenSetting =>
        DefaultTiming ? "default" : Token is { } token ? Text(token.TotalMilliseconds) : "";

    internal IEnumerable<KeyValuePair<string, string>> ToEnvironment()
    {
        yield return new("CLUSTER_TRANSPORT", Transport == ClusterTransport.Knet ? "knet" : "udpu");
        yield return new("CLUSTER_LINKS", SecondLink ? "2" : "1");
        yield return new("CLUSTER_IPC", Ipc == ClusterIpc.Socket ? "socket" : "shm");
        yield return new("CLUSTER_PROVIDER", Provider == ClusterProvider.None ? "none" : "votequorum");
        yield return new("CLUSTER_DEVICE", NetDevice ? "net" : QuorumDevice ? "yes" : "no");
        yield return new("CLUSTER_SHM", PrivateSharedMemory ? "private" : "shared");
        yield return new("CLUSTER_SHM_SIZE", SharedMemorySize ?? "");
        yield return new("CLUSTER_FSSOCK", FileSystemSockets ? "yes" : "no");
        yield return new("CLUSTER_KEEP", string.Join(' ', KeepDirectories));
        yield return new("CLUSTER_CHROOT", Chroot ?? "");
        yield return new("CLUSTER_UIDS", string.Join(' ', Uids));
        yield return new("CLUSTER_TOKEN", TokenSetting);
        yield return new("CLUSTER_DEBUG", Debug ? "on" : "off");
        yield return new("CLUSTER_TIMEOUT", Text(Math.Ceiling(Timeout.TotalSeconds)));
    }

    private static string Text(double number) => ((long)number).ToString(CultureInfo.InvariantCulture);
}
