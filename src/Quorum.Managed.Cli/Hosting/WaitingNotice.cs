namespace Quorum.Managed.Cli;

// Tells why quorum is still awaited: one line after a second of waiting, and one more when the reason changes. A wait
// that is over within a second says nothing. Looks once a second, so that a daemon that comes and goes fills no log.
// Disposing ends it; it never delays its caller.
internal sealed class WaitingNotice : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    private WaitingNotice()
    {
    }

    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(1);

    public static WaitingNotice Start(QuorumMonitor monitor, Action<string> report, TimeProvider? time = null)
    {
        WaitingNotice notice = new();
        _ = RunAsync(() => ReasonOf(monitor.Current), report, time ?? TimeProvider.System, notice._stop.Token);
        return notice;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    // Null if nothing is awaited.
    internal static string? ReasonOf(QuorumSnapshot snapshot) => snapshot.State switch
    {
        QuorumState.Quorate => null,
        QuorumState.Inquorate => $"this node is not quorate (ring {snapshot.RingName}, members {snapshot.Members})",
        _ => snapshot.UnknownReason switch
        {
            QuorumUnknownReason.Settling =>
                "corosync says quorate, and its token has yet to prove that this is no answer from the past",
            QuorumUnknownReason.Stale => "corosync does not answer" + Because(snapshot),
            QuorumUnknownReason.Disconnected or QuorumUnknownReason.NoQuorumProvider
                when snapshot.Error is { } error => error.Message,
            _ => "corosync has not answered yet" + Because(snapshot),
        },
    };

    private static string Because(QuorumSnapshot snapshot) => snapshot.Error is { } error ? ": " + error.Message : "";

    private static async Task RunAsync(
        Func<string?> reasonOf, Action<string> report, TimeProvider time, CancellationToken stop)
    {
        string? told = null;
        using PeriodicTimer timer = new(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                string? reason = reasonOf();
                if (reason is not null && !string.Equals(reason, told, StringComparison.Ordinal))
                {
                    told = reason;
                    report("still waiting for quorum: " + reason);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
