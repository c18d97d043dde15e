using System.Globalization;
using System.Text.RegularExpressions;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>One node under faults: a monitor, a libquorum client beside it on a thread of its own, and the daemon's log.</summary>
internal sealed partial class MonitorNode : IAsyncDisposable
{
    private readonly CorosyncNode _node;
    private readonly MonitorTimeline _timeline;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _native;

    public MonitorNode(CorosyncNode node, MonitorTimeline timeline, QuorumMonitorOptions options)
    {
        _node = node;
        _timeline = timeline;
        Monitor = new QuorumMonitor(options, null, (o, _) => new ValueTask<IMonitorLink>(node.Network.RunAsync<IMonitorLink>(
            () => new MonitorLink(QuorumConnection.Connect(o.Connection with { RequestTimeout = o.MaxStaleness }), o.Name))));
        Monitor.Changed += OnChanged;
        Monitor.Start();
        _native = new Thread(RunNative) { IsBackground = true, Name = $"libquorum {node.Id}" };
        _native.Start();
    }

    public int Id => _node.Id;

    public QuorumMonitor Monitor { get; }

    /// <summary>What the monitor said.</summary>
    public MonitorHistory Said { get; } = new();

    /// <summary>What libquorum called back; its error counts as not quorate.</summary>
    public MonitorHistory Native { get; } = new();

    /// <summary>What the daemon wrote into its log.</summary>
    public MonitorHistory ReadLog()
    {
        MonitorHistory history = new();
        bool quorate = false;
        foreach (Match line in LogLine().Matches(_node.Log))
        {
            DateTimeOffset time = DateTimeOffset.ParseExact(
                line.Groups["time"].Value, "MMM d HH:mm:ss.fff", CultureInfo.InvariantCulture, DateTimeStyles.AllowInnerWhite | DateTimeStyles.AssumeLocal);
            if (line.Groups["start"].Success)
            {
                quorate = false;
                history.Add(new MonitorView(time, false, []));
            }
            else if (line.Groups["component"].Success)
            {
                quorate = line.Groups["component"].Value == "primary";
            }
            else
            {
                history.Add(new MonitorView(time, quorate, [.. line.Groups["members"].Value.Split(' ').Select(id => uint.Parse(id, CultureInfo.InvariantCulture))]));
            }
        }

        return history;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Monitor.DisposeAsync();
        _native.Join(TimeSpan.FromSeconds(10));
        _stop.Dispose();
    }

    [GeneratedRegex(
        @"^(?<time>\w{3} [ \d]\d \d\d:\d\d:\d\d\.\d{3}) .*(?:(?<start>Corosync Cluster Engine .*starting up)|within the (?<component>primary|non-primary) component|\[QUORUM\] Members\[\d+\]: (?<members>[\d ]*\d))",
        RegexOptions.Multiline)]
    private static partial Regex LogLine();

    private void OnChanged(object? sender, QuorumSnapshot snapshot)
    {
        // The event comes a little later than the change: the change has its own time when the state is what changed.
        DateTimeOffset time = Said.Views is [.., var last] && last.Quorate == snapshot.IsQuorate ? DateTimeOffset.UtcNow : snapshot.Since;
        Said.Add(new MonitorView(time, snapshot.IsQuorate, [.. snapshot.Members.Select(node => node.Value)]));
        _timeline.Add(time, Id, $"monitor: {snapshot}");
    }

    private void RunNative()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                int daemon = _node.Pid;
                using NativeQuorumHandle handle = NativeQuorumHandle.ConnectTo(_node);
                handle.TrackStart();
                Follow(handle, daemon);
            }
            catch (Exception e) when (e is NativeException or IOException)
            {
                // The daemon is away; below is when this client knew.
            }

            DateTimeOffset now = DateTimeOffset.UtcNow;
            if (Native.At(now).Quorate)
            {
                Native.Add(new MonitorView(now, false, []));
                _timeline.Add(now, Id, "libquorum: connection lost");
            }

            _stop.Token.WaitHandle.WaitOne(20);
        }
    }

    // Over sockets the descriptor does not tell that the daemon has ended: its process does.
    private void Follow(NativeQuorumHandle handle, int daemon)
    {
        int seen = 0;
        while (!_stop.IsCancellationRequested && Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{daemon}")))
        {
            if (handle.Poll(TimeSpan.FromMilliseconds(200)))
            {
                NativeError error = handle.Dispatch();
                DateTimeOffset now = DateTimeOffset.UtcNow;
                for (; seen < handle.Events.Count; seen++)
                {
                    NativeEvent item = handle.Events[seen];
                    _timeline.Add(now, Id, $"libquorum: {item}");
                    if (item.Quorate is { } quorate)
                    {
                        Native.Add(new MonitorView(now, quorate != 0, item.Members));
                    }
                }

                if (error is not (NativeError.Ok or NativeError.TryAgain))
                {
                    return;
                }
            }
        }
    }
}
