using System.Globalization;

namespace Quorum.Managed.TestSupport;

/// <summary>
/// A real corosync cluster on this machine, run by tests/cluster. Each instance has its own state directory, namespaces
/// and addresses, so many can run at once. <see cref="DisposeAsync"/> ends the cluster; so does the death of this
/// process.
/// </summary>
public sealed class CorosyncCluster : IAsyncDisposable
{
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "cluster");
    private static int _created;

    private readonly CorosyncNode[] _nodes;
    private readonly KeyValuePair<string, string>[] _environment;
    private readonly TimeSpan _timeout;
    private NodeProcess? _guard;

    private CorosyncCluster(CorosyncClusterOptions options)
    {
        int number = Interlocked.Increment(ref _created);
        Options = options;
        StateDirectory = $"/tmp/quorum-cluster-{Environment.ProcessId}-{number}";
        // Each cluster has namespaces of its own, so the prefix need not be unique. A unique one reads better in logs.
        int process = Environment.ProcessId % 250 + 1;
        string prefix = string.Create(CultureInfo.InvariantCulture, $"10.{process}.{number % 250 + 1}");
        _environment = [.. options.ToEnvironment(), new("CLUSTER_DIR", StateDirectory), new("CLUSTER_NET", prefix)];
        // A command of the script waits for one node after the other, and then for all.
        _timeout = options.Timeout * (options.Nodes + 1);
        _nodes = [.. Enumerable.Range(1, options.Nodes).Select(id => new CorosyncNode(this, id))];
    }

    /// <summary>The options it was started with.</summary>
    public CorosyncClusterOptions Options { get; }

    /// <summary>Where the configuration, logs and pid files are while the cluster exists.</summary>
    public string StateDirectory { get; }

    /// <summary>All nodes; the first has id 1.</summary>
    public IReadOnlyList<CorosyncNode> Nodes => _nodes;

    /// <summary>The pids of all daemons that were ever started in this cluster; empty after disposal.</summary>
    public IReadOnlyList<int> DaemonPids => [.. _nodes.SelectMany(node => node.DaemonPids)];

    /// <summary>
    /// Starts a cluster and waits until all nodes see each other, and are quorate unless the options rule that out.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The script failed; the message is what it said. Nothing is left behind.
    /// </exception>
    public static async Task<CorosyncCluster> StartAsync(CorosyncClusterOptions? options = null)
    {
        CorosyncCluster cluster = new(options ?? new CorosyncClusterOptions());
        try
        {
            cluster._guard = cluster.StartScript(["guard"], detached: true);
            await cluster.ControlAsync("up", cluster.Options.Nodes.ToString(CultureInfo.InvariantCulture));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The node with id <paramref name="id"/>.</summary>
    public CorosyncNode Node(int id) => _nodes[id - 1];

    /// <summary>
    /// Cuts the links between groups of nodes, for example <c>"1 2", "3"</c>. Nodes in no group stay together. Returns
    /// before the nodes notice.
    /// </summary>
    public Task PartitionAsync(params string[] groups) => ControlAsync(["partition", .. groups]);

    /// <summary>
    /// Loses what some nodes send to others, and nothing that these send back. The senders see no error. Adds to
    /// earlier calls. Returns before the nodes notice.
    /// </summary>
    public Task DropAsync(IEnumerable<int> senders, IEnumerable<int> receivers) =>
        ControlAsync("drop", Text(senders), Text(receivers));

    /// <summary>Loses all that a node sends; the node still receives. See <see cref="DropAsync"/>.</summary>
    public Task CutSendingAsync(int id) => DropAsync([id], Others(id));

    /// <summary>
    /// Loses all that is sent to a node; the others receive what it sends. See <see cref="DropAsync"/>.
    /// </summary>
    public Task CutReceivingAsync(int id) => DropAsync(Others(id), [id]);

    /// <summary>Cuts a node off from corosync-qnetd, and from nothing else.</summary>
    public Task StrandAsync(int id) => ControlAsync("strand", Text(id));

    /// <summary>Cuts a node's second link, and nothing else. Returns before the nodes notice.</summary>
    public Task UnplugAsync(int id) => ControlAsync("unplug", Text(id));

    /// <summary>
    /// Undoes <see cref="PartitionAsync"/>, <see cref="DropAsync"/>, <see cref="StrandAsync"/> and
    /// <see cref="UnplugAsync"/>. Returns before the nodes notice.
    /// </summary>
    public Task HealAsync() => ControlAsync("heal");

    /// <summary>SIGKILLs a node's daemon; returns when it is gone.</summary>
    public Task KillAsync(int id) => ControlAsync("kill", Text(id));

    /// <summary>SIGTERMs a node's daemon; returns when it is gone.</summary>
    public Task StopAsync(int id) => ControlAsync("stop", Text(id));

    /// <summary>Starts a node's daemon again; returns when it answers.</summary>
    public Task StartNodeAsync(int id) => ControlAsync("start", Text(id));

    /// <summary>SIGSTOPs a node's daemon; returns when the daemon has stopped.</summary>
    public Task PauseAsync(int id) => ControlAsync("pause", Text(id));

    /// <summary>Continues a paused daemon.</summary>
    public Task ContinueAsync(int id) => ControlAsync("continue", Text(id));

    /// <summary>Sends a signal, for example <c>STOP</c>, to a node's corosync-qdevice.</summary>
    public Task SignalDeviceAsync(int id, string signal) => ControlAsync("device", Text(id), signal);

    /// <summary>
    /// Sends a signal to corosync-qnetd. <c>START</c> starts it again and returns when its vote counts on each node.
    /// </summary>
    public Task SignalArbiterAsync(string signal) => ControlAsync("arbiter", signal);

    /// <summary>
    /// Waits until these nodes see each other alone and have this quorate flag. Null accepts either flag.
    /// </summary>
    public Task WaitMembersAsync(IEnumerable<int> nodes, bool? quorate = null)
    {
        string flag = quorate switch { true => "yes", false => "no", null => "any" };
        return ControlAsync("wait", Text(nodes), flag);
    }

    /// <summary>The table of <c>cluster status</c>, for messages of failed assertions.</summary>
    public Task<string> StatusAsync() => ControlAsync("status");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _guard, null) is not { } guard)
        {
            return;
        }

        try
        {
            await ControlAsync("down");
            await guard.WriteLineAsync("done");
        }
        finally
        {
            // If "down" failed, the guard tries once more when its input closes.
            await guard.DisposeAsync();
        }
    }

    internal NodeProcess StartScript(IEnumerable<string> arguments, bool detached = false)
    {
        string[] command = ["bash", Script, .. arguments];
        // A detached process is no child of this process, so that killing this process tree spares it.
        IReadOnlyList<string> start = detached ? ["setsid", "--fork", .. command] : command;
        return NodeProcess.Start(start, _environment, keepOutput: !detached);
    }

    private static string Text(IEnumerable<int> ids) => string.Join(' ', ids.Select(Text));

    private static string Text(int id) => id.ToString(CultureInfo.InvariantCulture);

    private IEnumerable<int> Others(int id) => _nodes.Select(node => node.Id).Where(other => other != id);

    private async Task<string> ControlAsync(params string[] arguments)
    {
        await using NodeProcess process = StartScript(arguments);
        CommandResult result = await process.WaitAsync(_timeout);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"cluster {string.Join(' ', arguments)}: {result.Error.Trim()}");
    }
}
