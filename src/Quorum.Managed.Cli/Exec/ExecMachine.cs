namespace Quorum.Managed.Cli;

// exec as a state machine: waiting, running, suspended, stopping. One thread. protocol-docs/exec.md shows it.
internal sealed class ExecMachine
{
    private const long Tick = 50_000_000;

    // A suspended monitor must connect and prove its ring again.
    private const long ResumeTime = 30_000_000_000;

    private readonly QuorumMonitor _monitor;
    private readonly ExecOptions _options;
    private readonly ExecEvents _events = new();
    private readonly ExecSignals _signals;
    private readonly GuardLink _guard;
    private readonly JobControl _job;
    private readonly ExecOutcome _outcome;
    private readonly RestartPause _pause = new();
    private readonly Allowance _allowance;
    private readonly Action<string> _say;
    private readonly long _begin = Kernel.Now;
    private WaitingNotice? _waiting;
    private ExecPhase _phase;
    private CancellationToken _period;
    private long _quorateSince;
    private long _resumedAt;
    private int _result;

    public ExecMachine(
        QuorumMonitor monitor, ExecOptions options, StartState start, GuardProcess guard, Action<string> say)
    {
        _monitor = monitor;
        _options = options;
        _say = say;
        _allowance = new Allowance(options);
        _guard = new GuardLink(guard, options.Grace, say);
        _job = new JobControl(_guard);
        _outcome = new ExecOutcome(options, say);
        _signals = new ExecSignals(start.Ignored, _guard);
    }

    public int Run()
    {
        _monitor.Changed += (_, _) => _events.Wake();
        while (_phase != ExecPhase.Done)
        {
            _events.Wait(_guard.Descriptor, Tick);
            foreach ((SignalNumber signal, bool byKernel) in _events.TakeSignals())
            {
                OnSignal(signal, byKernel);
            }

            while (_phase != ExecPhase.Done && _guard.Receive() is { } message)
            {
                OnGuard(message);
            }

            Look(_monitor.Current, Kernel.Now);
        }

        _guard.Close();
        return _result;
    }

    private void Look(QuorumSnapshot snapshot, long now)
    {
        if (_guard.IsGone && _phase is ExecPhase.Running or ExecPhase.Suspended)
        {
            _phase = ExecPhase.Stopping;
            _say("the guard process was ended, killing the command");
        }

        switch (_phase)
        {
            case ExecPhase.Waiting:
                LookWaiting(snapshot, now);
                break;
            case ExecPhase.Running when IsSamePeriod(snapshot):
                _guard.Allow(_allowance.For(GuardWord.Allow, snapshot), _options.Strict);
                break;
            case ExecPhase.Running:
                Lose("quorum lost, stopping the command: " + snapshot);
                break;
            case ExecPhase.Suspended:
                LookSuspended(snapshot, now);
                break;
            case ExecPhase.Stopping:
                LookStopping(snapshot, now);
                break;
            default:
                break;
        }
    }

    private void LookWaiting(QuorumSnapshot snapshot, long now)
    {
        if (_guard.IsGone || _guard.IsSilent(now))
        {
            _say($"the guard process {(_guard.IsGone ? "was ended" : "does not answer")}; no command is started");
            End(ExitCodes.Unknown);
            return;
        }

        if (!IsSamePeriod(snapshot))
        {
            _period = _monitor.QuorumLost;
            _quorateSince = now;
        }

        if (_allowance.Refusal(snapshot, now) is { } refusal)
        {
            _say(refusal);
            End(ExitCodes.Usage);
        }
        else if (IsSamePeriod(snapshot)
            && _allowance.Fits(snapshot, now)
            && now - _quorateSince >= Kernel.Nanoseconds(_options.Settle)
            && now >= _pause.NotBefore
            && _guard.IsReady)
        {
            _guard.Start(_allowance.For(GuardWord.Start, snapshot));
            _outcome.Begin();
            _pause.OnStart(now);
            _waiting?.Dispose();
            _waiting = null;
            _phase = ExecPhase.Running;
        }
        else if (_options.Timeout is { } timeout && !_pause.HasStarted && now - _begin >= Kernel.Nanoseconds(timeout))
        {
            _say($"not quorate after {Durations.Format(timeout)}: {snapshot}");
            // Quorate, but for less than the settle time, is not success.
            int code = snapshot.IsQuorate ? ExitCodes.NotQuorate : ExitCodes.For(snapshot.State);
            End(_options.TimeoutCode ?? code);
        }
        else
        {
            _waiting ??= WaitingNotice.Start(_monitor, _say);
        }
    }

    private void LookSuspended(QuorumSnapshot snapshot, long now)
    {
        _period = _monitor.QuorumLost;
        if (IsSamePeriod(snapshot) && snapshot.ConfirmedAt >= _resumedAt)
        {
            _job.Resume(_allowance.For(GuardWord.Continue, snapshot));
            _waiting?.Dispose();
            _waiting = null;
            _phase = ExecPhase.Running;
        }
        else if (snapshot.State == QuorumState.Inquorate || now - _resumedAt >= ResumeTime)
        {
            Lose("quorum was lost while the command was suspended, stopping it: " + snapshot);
        }
        else
        {
            _waiting ??= WaitingNotice.Start(_monitor, _say);
        }
    }

    private void LookStopping(QuorumSnapshot snapshot, long now)
    {
        if (_options.Strict && IsSamePeriod(snapshot))
        {
            _guard.Send(_allowance.For(GuardWord.Allow, snapshot));
        }
        else if (!_outcome.IsLost && _outcome.Status is null && !IsSamePeriod(snapshot) && _signals.IsGentle)
        {
            // Stopped by SIGINT so far. Without quorum SIGTERM is due.
            _guard.Send(new GuardMessage(GuardWord.Repeat, (int)SignalNumber.Terminate));
            _outcome.IsLost = true;
        }

        if (_guard.TakeOver(now) is { } gone)
        {
            OnGone(gone);
        }
    }

    // Quorate, and in the quorate period in which the command started. Reads the period after the snapshot.
    private bool IsSamePeriod(QuorumSnapshot snapshot) =>
        snapshot.IsQuorate && !_period.IsCancellationRequested && _monitor.QuorumLost == _period;

    private void Lose(string notice)
    {
        _outcome.IsLost = true;
        Stop(SignalNumber.Terminate);
        _say(notice);
    }

    private void Stop(SignalNumber signal)
    {
        _guard.Stop(signal);
        _phase = ExecPhase.Stopping;
    }

    private void OnSignal(SignalNumber signal, bool byKernel)
    {
        switch (_signals.Judge(signal, byKernel, hasCommand: _phase != ExecPhase.Waiting))
        {
            case SignalEffect.End:
                End(ExitCodes.For(signal));
                break;
            case SignalEffect.Stop when _phase is ExecPhase.Running or ExecPhase.Suspended:
                _signals.Begin(signal);
                Stop(signal);
                break;
            case SignalEffect.Stop:
                _signals.Insist(signal, byKernel);
                break;
            case SignalEffect.Suspend when _phase is ExecPhase.Running:
                Suspend(fromCommand: false);
                break;
            case SignalEffect.Suspend when _phase is ExecPhase.Waiting:
                _ = Kernel.Kill(Kernel.ProcessId, SignalNumber.Stop);
                break;
            default:
                break;
        }
    }

    private void OnGuard(GuardMessage message)
    {
        switch (message.Word)
        {
            case GuardWord.NotReady:
                _outcome.OnNotStarted(message.Value);
                End(ExitCodes.NotExecutable);
                break;
            case GuardWord.NotStarted:
                _outcome.OnNotStarted(message.Value);
                break;
            case GuardWord.Ended:
                _outcome.OnEnded(message.Value);
                break;
            case GuardWord.Stopped when _phase is ExecPhase.Running:
                if (_job.OnStopped((SignalNumber)message.Value))
                {
                    Suspend(fromCommand: true);
                }

                break;
            case GuardWord.Stopping when _phase is ExecPhase.Running or ExecPhase.Suspended:
                OnGuardStops(message.Value == 1);
                break;
            case GuardWord.Gone:
                OnGone(message);
                break;
            default:
                break;
        }
    }

    private void OnGuardStops(bool expired)
    {
        _phase = ExecPhase.Stopping;
        _guard.OnStops();
        if (expired)
        {
            _outcome.IsLost = true;
            _say("quorum was not confirmed in time, the command is being stopped: " + _monitor.Current);
        }
        else
        {
            _say("the command ended and left processes behind, stopping them");
        }
    }

    private void OnGone(GuardMessage message)
    {
        _job.TakeBackTerminal();
        int code = _outcome.OnGone(message);
        if (message.Value > 0 || !_outcome.IsLost || !_options.Restart || _signals.IsStopping || _guard.IsGone)
        {
            End(code);
            return;
        }

        _pause.OnLost(Kernel.Now);
        _guard.Prepare();
        _phase = ExecPhase.Waiting;
    }

    // Returns when exec was continued.
    private void Suspend(bool fromCommand)
    {
        if (_job.Suspend(fromCommand))
        {
            _phase = ExecPhase.Suspended;
            _resumedAt = Kernel.Now;
        }
    }

    private void End(int code)
    {
        _waiting?.Dispose();
        _result = code;
        _phase = ExecPhase.Done;
    }
}
