using System.Globalization;
using System.Text.RegularExpressions;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>One node as seen by a monitor, by a libquorum client with its own thread, and by its log.</summary>
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
        Monitor = new QuorumMonitor(options, null, ConnectAsync);
        Monitor.Changed += OnChanged;
        Monitor.Start();
        _native = new Thread(RunNative) { IsBackground = true, Name = $"libquorum {node.Id}" };
        _native.Start();
    }

    public int Id => _node.Id;

    public QuorumMonitor Monitor { get; }

    /// <summary>What the monitor said.</summary>
    public MonitorHistory Said { get; } = new();

    /// <summary>What libquorum called back. An error of libquorum counts as not quorate.</summary>
    public MonitorHistory Native { get; } = new();

    /// <summary>Reads the daemon's log.</summary>
    public MonitorHistory ReadLog()
    {
        MonitorHistory history = new();
        bool quorate = false;
        foreach (Match line in LogLine().Matches(_node.Log))
        {
            DateTimeOffset time = DateTimeOffset.ParseExact(
                line.Groups["time"].Value,
                "MMM d HH:mm:ss.fff",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AllowInnerWhite | DateTimeStyles.AssumeLocal);
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
                string[] members = line.Groups["members"].Value.Split(' ');
                uint[] ids = [.. members.Select(id => uint.Parse(id, CultureInfo.InvariantCulture))];
                history.Add(new MonitorView(time, quorate, ids));
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
        @"^(?<time>\w{3} [ \d]\d \d\d:\d\d:\d\d\.\d{3}) .*"
        + @"(?:(?<start>Corosync Cluster Engine .*starting up)"
        + @"|within the (?<component>primary|non-primary) component"
        + @"|\[QUORUM\] Members\[\d+\]: (?<members>[\d ]*\d))",
        RegexOptions.Multiline)]
    private static partial Regex LogLine();

    // Connects inside the node's network namespace.
    private async ValueTask<IMonitorLink> ConnectAsync(
        QuorumMonitorOptions options, CancellationToken cancellationToken)
    {
        QuorumConnectionOptions limited = options.Connection with { RequestTimeout = options.MaxStaleness };
        QuorumConnection connection = await _node.Network.RunAsync(() => QuorumConnection.Connect(limited));
        return new MonitorLink(connection, options.Identity!);
    }

    private void OnChanged(object? sender, QuorumSnapshot snapshot)
    {
        // The event is raised a little after the change. The snapshot has the exact time if the state has changed.
        bool sameState = Said.Views is [.., var last] && last.Quorate == snapshot.IsQuorate;
        DateTimeOffset time = sameState ? DateTimeOffset.UtcNow : snapshot.Since;
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
                // The daemon is away. The time below is the one at which libquorum showed it.
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

    // With the socket transport libquorum's descriptor does not show the daemon's end, so the process is watched too.
    private void Follow(NativeQuorumHandle handle, int daemon)
    {
        int seen = 0;
        string process = string.Create(CultureInfo.InvariantCulture, $"/proc/{daemon}");
        while (!_stop.IsCancellationRequested && Directory.Exists(process))
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
