using Quorum.Managed.Ipc;

namespace Quorum.Managed;

// The use of one connection: drains the daemon's notifications, probes the daemon, and reports both to the core.
internal sealed class MonitorSession(MonitorCore core, IMonitorLink link, TimeSpan probeInterval, Backoff backoff)
{
    // After so many notifications without a pause the daemon is probed before the next are drained.
    private const int LargestBatch = 64;

    private Task<bool>? _next;
    private Task? _probe;
    private Task? _pause;
    private bool _probeDue = true;
    private long _probeSent;

    // Ends only by an exception.
    public async Task RunAsync(CancellationToken stop)
    {
        using CancellationTokenSource session = CancellationTokenSource.CreateLinkedTokenSource(stop);
        CancellationToken end = session.Token;
        await link.TrackStartAsync(end).ConfigureAwait(false);
        IAsyncEnumerator<QuorumNotification> notifications = link.ReadNotificationsAsync(end).GetAsyncEnumerator(end);
        await using (notifications.ConfigureAwait(false))
        {
            try
            {
                await FollowAsync(notifications, end).ConfigureAwait(false);
            }
            finally
            {
                await session.CancelAsync().ConfigureAwait(false);
                await WaitAllAsync().ConfigureAwait(false);
            }
        }
    }

    // Waits at the same time for the next notification and for the answer, or for the time of the next probe.
    private async Task FollowAsync(IAsyncEnumerator<QuorumNotification> notifications, CancellationToken end)
    {
        while (true)
        {
            end.ThrowIfCancellationRequested();
            await DrainAsync(notifications).ConfigureAwait(false);
            if (_probe is { IsCompleted: true })
            {
                await _probe.ConfigureAwait(false);
                _probe = null;
            }

            if (_probe is null)
            {
                TimeSpan wait = probeInterval - core.Time.GetElapsedTime(_probeSent);
                if (_probeDue || wait <= TimeSpan.Zero)
                {
                    _probeDue = false;
                    _probe = ProbeAsync(end);
                    continue;
                }

                if (_pause is null or { IsCompleted: true })
                {
                    _pause = Task.Delay(wait, core.Time, end);
                }
            }

            await Task.WhenAny(_next!, _probe ?? _pause!).ConfigureAwait(false);
        }
    }

    // Reports the notifications that have arrived. Each makes a probe due, since an older answer does not confirm it.
    private async ValueTask DrainAsync(IAsyncEnumerator<QuorumNotification> notifications)
    {
        for (int i = 0; i < LargestBatch; i++)
        {
            _next ??= notifications.MoveNextAsync().AsTask();
            if (!_next.IsCompleted)
            {
                return;
            }

            if (!await _next.ConfigureAwait(false))
            {
                throw new InvalidOperationException("The notifications ended.");
            }

            QuorumNotification notification = notifications.Current;
            _next = null;
            _probeDue = true;
            core.Notified(notification);
        }

        _next ??= notifications.MoveNextAsync().AsTask();
    }

    // Asks the daemon once. The time and the number of notifications are taken before the request is sent: an answer
    // proves nothing about what came later.
    private async Task ProbeAsync(CancellationToken end)
    {
        long sentAt = _probeSent = core.Time.GetTimestamp();
        int notifications = core.Notifications;
        try
        {
            bool quorate = await link.GetQuorateAsync(end).ConfigureAwait(false);
            core.Answered(quorate, sentAt, notifications);
            backoff.Reset();
        }
        catch (QuorumException e) when (e is not QuorumConnectionClosedException)
        {
            // The daemon answered too late or refused. The connection stays usable, and the next probe follows.
            core.NotAnswered(e);
        }
    }

    // The session has ended already, so errors of its tasks are of no interest.
    private async Task WaitAllAsync()
    {
        foreach (Task? task in (Task?[])[_next, _probe, _pause])
        {
            if (task is not null)
            {
                await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
