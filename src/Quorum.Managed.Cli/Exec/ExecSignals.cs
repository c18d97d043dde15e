namespace Quorum.Managed.Cli;

// What exec does with the signals that it gets. Ignored are those that were ignored when exec was started.
internal sealed class ExecSignals(ulong ignored, GuardLink guard)
{
    // timeout(1) sends each signal twice at once, and that is not a user who insists.
    private const long Same = 100_000_000;

    private SignalNumber _last;
    private long _lastAt;
    private int _interrupts;

    // Whether a signal has asked for the end.
    public bool IsStopping { get; private set; }

    // Whether SIGINT was the only one that did.
    public bool IsGentle { get; private set; } = true;

    public SignalEffect Judge(SignalNumber signal, bool byKernel, bool hasCommand)
    {
        switch (signal)
        {
            case SignalNumber.Child:
                guard.Reap();
                return SignalEffect.None;
            case not SignalNumber.Terminate when ignored.Has((int)signal):
            case SignalNumber.Continue or SignalNumber.Pipe or SignalNumber.Urgent:
            case SignalNumber.TerminalInput or SignalNumber.TerminalOutput:
                return SignalEffect.None;
            case SignalNumber.TerminalStop:
                return SignalEffect.Suspend;
            case SignalNumber.Terminate or SignalNumber.Interrupt when hasCommand:
                IsGentle &= signal == SignalNumber.Interrupt;
                IsStopping = true;
                return SignalEffect.Stop;
            case SignalNumber.Terminate or SignalNumber.Interrupt or SignalNumber.HangUp or SignalNumber.Quit
                when !hasCommand:
                return SignalEffect.End;
            case var _ when !hasCommand:
                // The process that waits to become the command must not get it.
                return SignalEffect.None;
            default:
                // The terminal means the whole job. A sender that names exec means the command.
                guard.Send(new GuardMessage(byKernel ? GuardWord.SignalGroup : GuardWord.Signal, (int)signal));
                return SignalEffect.None;
        }
    }

    // The first signal that asks for the end is passed on as it is.
    public void Begin(SignalNumber signal)
    {
        _last = signal;
        _lastAt = Kernel.Now;
        _interrupts = signal == SignalNumber.Interrupt ? 1 : 0;
    }

    // A further signal while the command is being stopped. The second SIGINT becomes SIGTERM, the third ends the grace.
    public void Insist(SignalNumber signal, bool byKernel)
    {
        long now = Kernel.Now;
        if (!byKernel && signal == _last && now - _lastAt < Same)
        {
            return;
        }

        _last = signal;
        _lastAt = now;
        if (signal == SignalNumber.Interrupt && ++_interrupts > 2)
        {
            guard.Send(new GuardMessage(GuardWord.Kill));
            return;
        }

        SignalNumber sent = _interrupts > 1 ? SignalNumber.Terminate : signal;
        guard.Send(new GuardMessage(GuardWord.Repeat, (int)sent));
    }
}
