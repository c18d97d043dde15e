using System.Globalization;

namespace Quorum.Managed.TestSupport;

/// <summary>One node of a <see cref="CorosyncCluster"/>.</summary>
public sealed class CorosyncNode
{
    private readonly CorosyncCluster _cluster;
    private readonly string _directory;

    internal CorosyncNode(CorosyncCluster cluster, int id)
    {
        _cluster = cluster;
        Id = id;
        _directory = Path.Combine(cluster.StateDirectory, string.Create(CultureInfo.InvariantCulture, $"node{id}"));
    }

    /// <summary>The node id, from 1 on.</summary>
    public int Id { get; }

    /// <summary>The pid of the daemon that was started last.</summary>
    public int Pid => ReadPid("corosync.pid");

    /// <summary>What the daemons of this node have logged.</summary>
    public string Log => File.ReadAllText(Path.Combine(_directory, "log"));

    /// <summary>The node's network namespace.</summary>
    public NetworkNamespace Network => new(NetworkNamespacePath);

    /// <summary>The network namespace's name, as <c>ip netns</c> takes it.</summary>
    public string NetworkNamespaceName => File.ReadAllText(Path.Combine(_directory, "netns")).Trim();

    /// <summary>The network namespace's path, as setns(2) takes it.</summary>
    public string NetworkNamespacePath => "/run/netns/" + NetworkNamespaceName;

    /// <summary>
    /// The node's root directory as this process can reach it: its private /dev/shm is <c>Root + "/dev/shm"</c>.
    /// </summary>
    public string Root => string.Create(CultureInfo.InvariantCulture, $"/proc/{ReadPid("keeper.pid")}/root");

    /// <summary>
    /// The quorum service's socket file, of a cluster with <see cref="CorosyncClusterOptions.FileSystemSockets"/>.
    /// </summary>
    /// <remarks>Its folder depends on how this machine's libqb was built.</remarks>
    public string SocketPath =>
        new[] { "/tmp/quorum", "/run/quorum", "/var/run/quorum" }.Select(path => Root + path).First(File.Exists);

    internal IEnumerable<int> DaemonPids => Path.Combine(_directory, "pids") is var file && File.Exists(file)
        ? File.ReadLines(file).Select(FirstNumber)
        : [];

    /// <summary>Runs a command in the node's network and mount namespaces, to its end.</summary>
    /// <exception cref="TimeoutException">It did not end within the cluster's timeout, and was killed.</exception>
    public async Task<CommandResult> RunAsync(params string[] command)
    {
        await using NodeProcess process = Start(command);
        process.CloseInput();
        return await process.WaitAsync(_cluster.Options.Timeout);
    }

    /// <summary>
    /// Starts a command in the node's network and mount namespaces. <see cref="NodeProcess.Pid"/> is the command's own.
    /// </summary>
    public NodeProcess Start(params string[] command) =>
        _cluster.StartScript(["exec", Id.ToString(CultureInfo.InvariantCulture), .. command]);

    private static int FirstNumber(string line) => int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture);

    private int ReadPid(string file) => FirstNumber(File.ReadAllText(Path.Combine(_directory, file)));
}
