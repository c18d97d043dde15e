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

    // A proof is looked for more often.
    private TimeSpan Interval =>
        core.ProofInterval is { } proof && proof < probeInterval ? proof : probeInterval;

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
                TimeSpan wait = Interval - core.Time.GetElapsedTime(_probeSent);
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
    // proves nothing about what came later. The counter is read before: a ring that this node forms alone makes it grow
    // too, but such a ring answers no, or is told by a notification.
    private async Task ProbeAsync(CancellationToken end)
    {
        _probeSent = core.Time.GetTimestamp();
        int notifications = core.Notifications;
        try
        {
            TokenReading? token = core.WantsToken ? await LookAsync(end).ConfigureAwait(false) : null;
            long sentAt = core.Time.GetTimestamp();
            bool quorate = await link.GetQuorateAsync(end).ConfigureAwait(false);
            core.Answered(quorate, sentAt, notifications, token);
            backoff.Reset();
            if (core.WantsRing && notifications == core.Notifications)
            {
                TokenReading ring = await LookAsync(end).ConfigureAwait(false);
                core.RingRead(ring.State, notifications);
            }
        }
        catch (QuorumException e) when (e is not QuorumConnectionClosedException)
        {
            // The daemon answered too late or refused. The connection stays usable, and the next probe follows.
            core.NotAnswered(e);
        }
    }

    // Looks at the token counter. A failure is no reason to doubt the daemon: it only proves nothing.
    private async Task<TokenReading> LookAsync(CancellationToken end)
    {
        long sentAt = core.Time.GetTimestamp();
        bool unavailable = false;
        TokenState? state = null;
        Exception? error = null;
        try
        {
            if (core.WantsTiming)
            {
                core.TimingRead(await link.ReadTimingAsync(end).ConfigureAwait(false));
                sentAt = core.Time.GetTimestamp();
            }

            state = await link.ReadTokenAsync(end).ConfigureAwait(false);
            unavailable = state is null;
        }
        catch (Exception e) when (e is QuorumException or TimeoutException or IOException or InvalidDataException)
        {
            // The next probe looks again.
            error = e;
        }

        return new TokenReading(state, unavailable, sentAt, core.Time.GetTimestamp(), error);
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
