namespace Quorum.Managed.Gateway;

// The gateway's own loop: follows the monitor and the poller, and gives each change to the readers of events and to
// the outputs. A beat a second shows that it lives.
internal sealed class NodeWatch : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(5);
    // Measurements change without an event. They are sent again now and then.
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestBeat = TimeSpan.FromSeconds(10);

    private readonly QuorumMonitor _monitor;
    private readonly ClusterPoller _poller;
    private readonly IReadOnlyList<IChangeOutput> _outputs;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _wake = new(0);
    private long _beat;

    public NodeWatch(
        QuorumMonitor monitor, ClusterPoller poller, IEnumerable<IChangeOutput> outputs, TimeProvider time)
    {
        _monitor = monitor;
        _poller = poller;
        _outputs = [.. outputs];
        _time = time;
        _beat = time.GetTimestamp();
        Report = new StatusReport(monitor, poller, History, time);
    }

    public ChangeHistory History { get; } = new();

    public StatusReport Report { get; }

    public Broadcast Events { get; } = new();

    // Whether the loop goes round. Quorum has no part in it.
    public bool IsAlive => _time.GetElapsedTime(Volatile.Read(ref _beat)) < LongestBeat;

    public override void Dispose()
    {
        _monitor.Changed -= OnChanged;
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _monitor.Changed += OnChanged;
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task polling = _poller.RunAsync(Wake, end.Token);
        Task loop = LoopAsync(end.Token);
        try
        {
            // Both go on until the host stops. The failure of one is the end of the gateway.
            await await Task.WhenAny(polling, loop);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        finally
        {
            await end.CancelAsync();
            await polling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Events.Complete();
        }
    }

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        long version = -1;
        string outline = "";
        long sent = 0;
        long heartbeat = 0;
        while (true)
        {
            Volatile.Write(ref _beat, _time.GetTimestamp());
            QuorumSnapshot snapshot = _monitor.Current;
            bool changed = snapshot.Version != version;
            if (changed)
            {
                version = snapshot.Version;
                Tell(snapshot);
            }

            string now = Report.Outline();
            changed |= !string.Equals(now, outline, StringComparison.Ordinal);
            if (changed || _time.GetElapsedTime(sent) >= RefreshInterval)
            {
                outline = now;
                sent = heartbeat = _time.GetTimestamp();
                Events.PublishStatus(Report.Json());
            }
            else if (_time.GetElapsedTime(heartbeat) >= HeartbeatInterval)
            {
                heartbeat = _time.GetTimestamp();
                Events.PublishHeartbeat(Report.ReadinessJson(_monitor.Current));
            }

            foreach (IChangeOutput output in _outputs)
            {
                output.OnTick(snapshot);
            }

            await _wake.WaitAsync(Tick, stoppingToken);
        }
    }

    private void Tell(QuorumSnapshot snapshot)
    {
        if (History.Add(Change.Of(snapshot, _time.GetUtcNow())))
        {
            _poller.Wake();
        }

        foreach (IChangeOutput output in _outputs)
        {
            output.OnChanged(snapshot);
        }
    }

    private void OnChanged(object? sender, QuorumSnapshot snapshot) => Wake();

    private void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            _wake.Release();
        }
    }
}
