namespace Quorum.Managed.Cli;

// The command and the terminal: the command gets the terminal when it asks for it. Ctrl-Z stops the command and then
// exec, as a shell expects of one job.
internal sealed class JobControl(GuardLink guard)
{
    private readonly ForegroundTerminal _terminal = new(Kernel.Group);
    private bool _wantsTerminal;

    // The command stopped. Returns whether exec is to stop too: Ctrl-Z was typed while the command had the terminal, or
    // the command needs the terminal, and exec is in the background itself.
    public bool OnStopped(SignalNumber signal)
    {
        if (signal is not (SignalNumber.TerminalInput or SignalNumber.TerminalOutput))
        {
            return signal == SignalNumber.TerminalStop && _terminal.IsGiven;
        }

        if (_terminal.Give(guard.Command))
        {
            guard.Send(new GuardMessage(GuardWord.SignalGroup, (int)SignalNumber.Continue));
            return false;
        }

        _wantsTerminal = true;
        return true;
    }

    // Stops the command, then exec. Returns when exec was continued; false if exec cannot stop.
    public bool Suspend(bool fromCommand)
    {
        if (Kernel.Session == Kernel.ProcessId)
        {
            // No shell could continue exec.
            if (fromCommand)
            {
                guard.Send(new GuardMessage(GuardWord.SignalGroup, (int)SignalNumber.Continue));
            }

            return false;
        }

        guard.Suspend();
        _wantsTerminal |= _terminal.IsGiven;
        _terminal.TakeBack();
        if (fromCommand)
        {
            // What the terminal would have sent to the whole job. It waits in exec, and SIGCONT removes it.
            _ = Kernel.Kill(0, SignalNumber.TerminalStop);
        }

        _ = Kernel.Kill(Kernel.ProcessId, SignalNumber.Stop);
        return true;
    }

    public void Resume(GuardMessage allowance)
    {
        if (_wantsTerminal)
        {
            _terminal.Give(guard.Command);
        }

        guard.Send(allowance);
    }

    public void TakeBackTerminal() => _terminal.TakeBack();
}
