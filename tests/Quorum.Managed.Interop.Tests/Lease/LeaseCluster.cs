using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// A real cluster at corosync's own timing, with a monitor (all options at their defaults, the endpoint aside) and a
/// connection that only reads notifications on each node.
/// </summary>
internal sealed class LeaseCluster : IAsyncDisposable
{
    private readonly List<QuorumConnection> _connections = [];
    private readonly List<Task> _readers = [];
    private readonly QuorumMonitor[] _monitors;
    private readonly Channel<LeaseNews> _news = Channel.CreateUnbounded<LeaseNews>();
    private readonly List<string> _events = [];
    private readonly List<LeaseNews> _told = [];
    private readonly List<(int Node, QuorumSnapshot Snapshot)> _said = [];
    private readonly long _start = Stopwatch.GetTimestamp();

    private readonly QuorumAssurance _assurance;

    private LeaseCluster(CorosyncCluster cluster, QuorumAssurance assurance)
    {
        Cluster = cluster;
        _assurance = assurance;
        _monitors = [.. cluster.Nodes.Select(node => CreateMonitor(node.Id))];
        foreach (QuorumMonitor monitor in _monitors)
        {
            int node = Array.IndexOf(_monitors, monitor) + 1;
            monitor.Changed += (_, snapshot) => Add(node, snapshot);
            monitor.Start();
        }

        Sampler = new YesSampler(_monitors);
    }

    /// <summary>The bound of each wait: three times what 8 nodes need at most.</summary>
    public static TimeSpan Bound { get; } = TimeSpan.FromSeconds(60);

    public CorosyncCluster Cluster { get; }

    public YesSampler Sampler { get; }

    public IReadOnlyList<int> Ids => [.. Cluster.Nodes.Select(node => node.Id)];

    public static async Task<LeaseCluster> StartAsync(
        int nodes, ClusterTransport transport, QuorumAssurance assurance = QuorumAssurance.Live)
    {
        // Socket files: a monitor in this process then reaches every service of a node without its network namespace.
        CorosyncCluster cluster = await CorosyncCluster.StartAsync(new()
        {
            Nodes = nodes,
            Transport = transport,
            DefaultTiming = true,
            FileSystemSockets = true,
        });
        LeaseCluster lease = new(cluster, assurance);
        try
        {
            foreach (int id in lease.Ids)
            {
                lease.Follow(id);
            }

            await lease.AgreeAsync();
            return lease;
        }
        catch
        {
            await lease.DisposeAsync();
            throw;
        }
    }

    public IEnumerable<int> Others(params int[] nodes) => Ids.Except(nodes);

    public QuorumMonitor Monitor(int node) => _monitors[node - 1];

    /// <summary>The times at which a node's monitor said yes, oldest first.</summary>
    public IReadOnlyList<YesSpan> YesOf(int node) => Sampler.SpansOf(node - 1);
    /// <summary>How often a node's monitor stopped saying yes.</summary>
    public int LossesOf(int node) => Sampler.LossesOf(node - 1);

    /// <summary>Waits until a node's monitor says what the condition asks for.</summary>
    public Task<QuorumSnapshot> ExpectAsync(int node, Predicate<QuorumSnapshot> condition, string what) =>
        Wait.ForAsync(Monitor(node).WatchAsync(), condition, $"node {node} {what}", Bound);

    /// <summary>Waits until the monitors of all nodes say quorate in one ring of all nodes.</summary>
    public async Task AgreeAsync()
    {
        ulong newest = 0;
        // A stale yes has all nodes too, in an older ring. So the second round asks for the newest ring.
        for (int round = 0; round < 2; round++)
        {
            foreach (int id in Ids)
            {
                QuorumSnapshot said = await ExpectAsync(
                    id,
                    snapshot => snapshot is { IsQuorate: true, IsChanging: false, RingId: { } ring }
                        && snapshot.Members.Count == Ids.Count
                        && ring.Sequence >= newest,
                    $"quorate with all nodes in ring {newest:x} or newer");
                newest = Math.Max(newest, said.RingId!.Value.Sequence);
            }
        }

        await Wait.UntilAsync(
            () => Ids.All(id => YesOf(id) is [.., { Ring: { } ring }] && ring.Sequence >= newest),
            "a sample of that ring on each node",
            Bound);
        while (_news.Reader.TryRead(out _))
        {
            // What led here says nothing about what comes.
        }
    }

    /// <summary>Waits for the next notification of any node that satisfies the condition.</summary>
    public Task<LeaseNews> WaitAsync(Predicate<LeaseNews> condition, string what) =>
        Wait.ForAsync(_news.Reader, condition, what, Bound);

    /// <summary>What a node's monitor announced after a version: each change, however short.</summary>
    public IReadOnlyList<QuorumSnapshot> AnnouncedBy(int node, long after)
    {
        lock (_events)
        {
            return
            [
                .. _said.Where(one => one.Node == node && one.Snapshot.Version > after).Select(one => one.Snapshot),
            ];
        }
    }

    /// <summary>What the daemons told since a time, oldest first.</summary>
    public IReadOnlyList<LeaseNews> ToldSince(long time)
    {
        lock (_events)
        {
            return [.. _told.Where(news => news.Time >= time)];
        }
    }

    /// <summary>Creates one more monitor of a node, and does not start it.</summary>
    public QuorumMonitor CreateMonitor(int node)
    {
        QuorumMonitorOptions options = new() { Connection = new() { Endpoint = EndpointOf(Cluster.Node(node)) } };

        // A leased yes must end by the lease alone, so the age of an answer must not end it.
        return new QuorumMonitor(_assurance == QuorumAssurance.Leased
            ? options with { Assurance = _assurance, MaxStaleness = TimeSpan.FromSeconds(20) }
            : options);
    }

    /// <summary>Follows the daemon of a node that has been started again.</summary>
    public void Follow(int node)
    {
        QuorumConnection connection = QuorumConnection.Connect(new() { Endpoint = EndpointOf(Cluster.Node(node)) });
        connection.TrackStart(TrackFlags.Current | TrackFlags.Changes);
        _connections.Add(connection);
        _readers.Add(ReadAsync(node, connection));
    }

    /// <summary>Adds an event to the timeline; node 0 stands for the test.</summary>
    public long Tell(int node, string what)
    {
        long now = Stopwatch.GetTimestamp();
        lock (_events)
        {
            double seconds = Stopwatch.GetElapsedTime(_start, now).TotalSeconds;
            string source = node == 0 ? "fault " : $"node {node}";
            _events.Add(string.Create(CultureInfo.InvariantCulture, $"{seconds,9:F3} {source} {what}"));
        }

        return now;
    }

    /// <summary>Takes the events since the last call.</summary>
    public string TakeTimeline()
    {
        lock (_events)
        {
            string text = string.Join('\n', _events);
            _events.Clear();
            return text;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Sampler.Dispose();
        foreach (QuorumMonitor monitor in _monitors)
        {
            await monitor.DisposeAsync();
        }

        _connections.ForEach(connection => connection.Dispose());
        await Cluster.DisposeAsync();
        await Task.WhenAll(_readers);
    }

    // The folder of the socket files depends on how this machine's libqb was built.
    private static QuorumEndpoint EndpointOf(CorosyncNode node) => QuorumEndpoint.Path(
        new[] { "/tmp/quorum", "/run/quorum", "/var/run/quorum" }.Select(path => node.Root + path).First(File.Exists));

    private void Add(int node, QuorumSnapshot snapshot)
    {
        Tell(node, $"monitor: {snapshot}");
        lock (_events)
        {
            _said.Add((node, snapshot));
        }
    }

    private async Task ReadAsync(int node, QuorumConnection connection)
    {
        try
        {
            await foreach (QuorumNotification notification in connection.ReadNotificationsAsync())
            {
                long now = Tell(node, $"daemon: {ManagedWatcher.StoryWithRing(notification)}");
                LeaseNews news = new(node, now, notification);
                lock (_events)
                {
                    _told.Add(news);
                }

                _news.Writer.TryWrite(news);
            }
        }
        catch (Exception e) when (e is QuorumException or ObjectDisposedException)
        {
            Tell(node, $"the connection ended: {e.Message}");
        }
    }
}
