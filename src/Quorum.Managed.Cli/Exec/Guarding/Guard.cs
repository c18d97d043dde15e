namespace Quorum.Managed.Cli;

// The guard's own side: parent of the command and watchdog of exec. It ends the command when exec says so, when exec is
// gone, and when the time is over that exec has allowed. One thread; after the rehearsal it takes no memory.
// protocol-docs/exec.md has the state machine.
internal sealed unsafe class Guard(ProcessTree tree, Channel exec, CommandChild child, GuardOptions options)
{
    private const int NoChild = -10; // ECHILD
    private const long Second = 1_000_000_000;
    private const long KillInterval = Second / 50;
    private const long SuspendedInterval = Second / 5;

    // How long SIGKILL may take. What lives then is not allowed to be signalled, or hangs in the kernel.
    private const long KillTime = 3 * Second;

    private Phase _phase;
    private bool _execGone;
    private bool _suspended;
    private bool _ended;
    private bool _notStarted;
    private long _allowedUntil;
    private long _deadBy = long.MaxValue;
    private long _stopBy;
    private long _killSince;

    private enum Phase
    {
        Idle,
        Running,
        Stopping,
        Killing,
    }

    public bool IsDone => _execGone && _phase == Phase.Idle;

    // When the timer is due, zero if nothing is.
    public long Deadline => _phase switch
    {
        Phase.Running when !_suspended || options.IsStrict => Math.Min(_allowedUntil, _deadBy),
        Phase.Stopping => Math.Min(_stopBy, _deadBy),
        _ => 0,
    };

    // The longest time without a look, in nanoseconds.
    public long Patience => _phase == Phase.Killing ? KillInterval
        : _suspended ? SuspendedInterval
        : 3600 * Second;

    // What was left when exec could no longer be told.
    public GuardMessage Left { get; private set; }

    public void Handle(GuardMessage message)
    {
        SignalNumber signal = (SignalNumber)message.Value;
        switch (message.Word)
        {
            case GuardWord.Allow:
                Allow(message);
                break;
            case GuardWord.Prepare:
                int error = child.Fork();
                _ = exec.Send(error == 0
                    ? new GuardMessage(GuardWord.Ready, child.Pid)
                    : new GuardMessage(GuardWord.NotReady, error));
                break;
            case GuardWord.Start:
                Start(message);
                break;
            case GuardWord.Stop:
                Stop(signal, reason: 0);
                break;
            case GuardWord.Repeat:
                SignalAll(signal, repeat: false);
                break;
            case GuardWord.Kill:
                _stopBy = 0;
                break;
            case GuardWord.Signal when child.Pid > 1 && !_ended && _phase != Phase.Idle:
                _ = Kernel.Kill(child.Pid, signal);
                break;
            case GuardWord.SignalGroup when child.Pid > 1 && !_ended && _phase != Phase.Idle:
                _ = Kernel.Kill(-child.Pid, signal);
                break;
            case GuardWord.Suspend:
                _suspended = true;
                SignalAll(SignalNumber.Stop, repeat: true);
                _ = exec.Send(new GuardMessage(GuardWord.Suspended));
                break;
            case GuardWord.Continue:
                _suspended = false;
                Allow(message);
                SignalAll(SignalNumber.Continue, repeat: false);
                break;
            default:
                break;
        }
    }

    public void OnExecGone()
    {
        if (!_execGone)
        {
            _execGone = true;
            if (_phase == Phase.Idle)
            {
                child.Abandon();
            }

            // Nobody is left who could shorten a grace that has begun.
            _stopBy = _phase == Phase.Stopping ? 0 : _stopBy;
            Stop(SignalNumber.Terminate, reason: 0);
        }
    }

    // execve has succeeded or failed.
    public void OnReport()
    {
        int error = child.ReadReport();
        _notStarted |= error != 0;
        _ = exec.Send(error == 0
            ? new GuardMessage(GuardWord.Started)
            : new GuardMessage(GuardWord.NotStarted, error));
    }

    // Takes note of all children that have changed. A process whose parent has ended is a child of the guard.
    public void Reap()
    {
        int status = 0;
        int pid;
        while ((pid = Kernel.Wait(&status, Kernel.NoHang | Kernel.Untraced)) > 0)
        {
            if (pid == child.Pid && (status & 0xFF) != 0x7F)
            {
                child.OnReaped();
            }

            if (pid == child.Pid && _phase != Phase.Idle)
            {
                OnCommandChanged(status);
            }
        }

        if (_phase == Phase.Idle)
        {
            return;
        }

        if (pid == NoChild)
        {
            Finish(new GuardMessage(GuardWord.Gone));
        }
        else if (_ended && _phase == Phase.Running)
        {
            Stop(SignalNumber.Terminate, reason: 0);
        }
    }

    public void OnTime(long now)
    {
        if (_phase == Phase.Running && _suspended)
        {
            // Somebody may have sent SIGCONT. Only exec lets the command go on.
            SignalAll(SignalNumber.Stop, repeat: true);
        }

        if (_phase == Phase.Running && now >= Deadline && Deadline != 0)
        {
            Stop(SignalNumber.Terminate, reason: 1);
        }

        if (_phase == Phase.Stopping && now >= Deadline)
        {
            _phase = Phase.Killing;
            _killSince = now;
        }

        if (_phase == Phase.Killing)
        {
            options.Group?.Kill();
            SignalAll(SignalNumber.Kill, repeat: true);
            if (now - _killSince >= KillTime)
            {
                int pid = tree.Error != 0 ? tree.Refused : tree.Example;
                Finish(new GuardMessage(GuardWord.Gone, Math.Max(1, tree.Found), pid, tree.Error));
            }
        }
    }

    private void Allow(GuardMessage message)
    {
        _allowedUntil = message.First;
        _deadBy = message.Second;
    }

    private void Start(GuardMessage message)
    {
        Allow(message);
        _ended = _notStarted = _suspended = false;
        _stopBy = long.MaxValue;
        _phase = Phase.Running;
        if (Kernel.Now < Deadline)
        {
            child.Start();
        }
        else
        {
            child.Abandon();
            _phase = Phase.Stopping;
            _ = exec.Send(new GuardMessage(GuardWord.Stopping, 1));
        }
    }

    private void Stop(SignalNumber signal, int reason)
    {
        if (_phase != Phase.Running)
        {
            return;
        }

        _phase = Phase.Stopping;
        _suspended = false;
        SignalAll(signal, repeat: false);
        // A stopped process gets no signal but this one.
        SignalAll(SignalNumber.Continue, repeat: false);
        _stopBy = Kernel.Now + options.Grace;
        _ = exec.Send(new GuardMessage(GuardWord.Stopping, reason));
    }

    private void SignalAll(SignalNumber signal, bool repeat) => tree.SignalAll(signal, child.Pid, repeat);

    private void OnCommandChanged(int status)
    {
        if ((status & 0xFF) == 0x7F)
        {
            _ = exec.Send(new GuardMessage(GuardWord.Stopped, (status >> 8) & 0xFF));
            return;
        }

        if (child.Report >= 0)
        {
            OnReport();
        }

        if (!_ended && !_notStarted)
        {
            _ = exec.Send(new GuardMessage(GuardWord.Ended, status));
        }

        _ended = true;
    }

    private void Finish(GuardMessage gone)
    {
        _phase = Phase.Idle;
        Left = gone;
        _ = exec.Send(gone);
    }
}
