namespace Quorum.Managed;

// What a monitor does: connect, track, drain, ask, and begin anew, until stopped. Owns the connection; tells the evaluator through apply, which takes the lock.
internal sealed class MonitorLoop
{
    private const int LargestBatch = 64;

    private readonly QuorumMonitorOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<QuorumMonitorOptions, CancellationToken, ValueTask<IMonitorLink>> _connect;
    private readonly QuorumEvaluator _evaluator;
    private readonly Action<Action<QuorumEvaluator>> _apply;
    private readonly Backoff _backoff;

    public MonitorLoop(
        QuorumMonitorOptions options,
        TimeProvider time,
        Func<QuorumMonitorOptions, CancellationToken, ValueTask<IMonitorLink>> connect,
        QuorumEvaluator evaluator,
        Action<Action<QuorumEvaluator>> apply)
    {
        _options = options;
        _time = time;
        _connect = connect;
        _evaluator = evaluator;
        _apply = apply;
        _backoff = new Backoff(options.ReconnectDelay, options.ReconnectMaxDelay);
    }

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Exception? error = null;
            try
            {
                await RunConnectionAsync(stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it is, the monitor goes on: it says Unknown, and why.
                error = e;
            }

            _apply(evaluator => evaluator.Disconnected(error));
            await PauseAsync(_backoff.Next(error), stop).ConfigureAwait(false);
        }
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken stop)
    {
        long start = _time.GetTimestamp();
        await Task.Delay(pause, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_time.GetElapsedTime(start) > pause + _options.MaxStaleness)
        {
            _apply(static evaluator => evaluator.Suspect());
        }
    }

    private async Task RunConnectionAsync(CancellationToken stop)
    {
        long start = _time.GetTimestamp();
        IMonitorLink link;
        try
        {
            link = await _connect(_options, stop).ConfigureAwait(false);
            QuorumTelemetry.CountConnect(_options.Name, null);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            QuorumTelemetry.CountConnect(_options.Name, e);
            throw;
        }

        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await using (link.ConfigureAwait(false))
        {
            _apply(evaluator => evaluator.Connected(start));
            await link.TrackStartAsync(end.Token).ConfigureAwait(false);
            IAsyncEnumerator<QuorumNotification> notifications = link.ReadNotificationsAsync(end.Token).GetAsyncEnumerator(end.Token);
            await using (notifications.ConfigureAwait(false))
            {
                Turn turn = new(this, link, notifications, end.Token);
                try
                {
                    await turn.RunAsync().ConfigureAwait(false);
                }
                finally
                {
                    // Ends what is under way; what it throws is of no interest any more.
                    await end.CancelAsync().ConfigureAwait(false);
                    await turn.EndAsync().ConfigureAwait(false);
                }
            }
        }
    }

    // One connection: waits for the next notification, the answer in flight and the next question at once.
    private sealed class Turn(MonitorLoop owner, IMonitorLink link, IAsyncEnumerator<QuorumNotification> notifications, CancellationToken end)
    {
        private Task<bool>? _next;
        private Task? _probe;
        private Task? _pause;
        private bool _probeDue = true;
        private bool _answered;
        private long _probeSent;

        public async Task RunAsync()
        {
            while (true)
            {
                end.ThrowIfCancellationRequested();
                await DrainAsync().ConfigureAwait(false);
                if (_probe is { IsCompleted: true })
                {
                    await _probe.ConfigureAwait(false);
                    _probe = null;
                }

                if (_probe is null)
                {
                    TimeSpan wait = owner._options.EffectiveProbeInterval - owner._time.GetElapsedTime(_probeSent);
                    if (_probeDue || wait <= TimeSpan.Zero)
                    {
                        _probeDue = false;
                        _probe = ProbeAsync();
                        continue;
                    }

                    if (_pause is null or { IsCompleted: true })
                    {
                        _pause = Task.Delay(wait, owner._time, end);
                    }
                }

                await Task.WhenAny(_next!, _probe ?? _pause!).ConfigureAwait(false);
            }
        }

        public async Task EndAsync()
        {
            foreach (Task? task in (Task?[])[_next, _probe, _pause])
            {
                if (task is not null)
                {
                    await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }

        // Everything that has come, unless it comes without end: then the daemon is asked in between.
        private async ValueTask DrainAsync()
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
                owner._apply(evaluator => evaluator.Notified(notification));
            }

            _next ??= notifications.MoveNextAsync().AsTask();
        }

        private async Task ProbeAsync()
        {
            long sent = _probeSent = owner._time.GetTimestamp();
            int seen = owner._evaluator.Notifications;
            try
            {
                bool quorate = await link.GetQuorateAsync(end).ConfigureAwait(false);
                owner._apply(evaluator => evaluator.Answered(quorate, sent, seen));
                if (!_answered)
                {
                    _answered = true;
                    owner._backoff.Reset();
                }
            }
            catch (QuorumException e) when (e is not QuorumConnectionClosedException)
            {
                // No answer in time, or a refusal: the connection stays usable, and the next question follows.
                owner._apply(evaluator => evaluator.NotAnswered(e));
            }
        }
    }
}
