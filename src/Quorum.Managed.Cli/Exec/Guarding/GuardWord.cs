namespace Quorum.Managed.Cli;

internal enum GuardWord
{
    None = 0,

    // From exec. First is when SIGTERM is due if nothing newer comes, Second is when the last process must be dead.
    Allow,

    // From exec, as Allow: the command may run now.
    Start,

    // From exec: fork the command's process for the next start.
    Prepare,

    // From exec: end the command. Value is the signal.
    Stop,

    // From exec: send the signal in Value once more to every process.
    Repeat,

    // From exec: no more grace.
    Kill,

    // From exec: pass the signal in Value on to the command alone, or to its group.
    Signal,
    SignalGroup,

    // From exec: stop every process, as Ctrl-Z does. And, as Allow: let them go on.
    Suspend,
    Continue,

    // From the guard: the command's process is ready to become the command. Value is its pid.
    Ready,

    // From the guard: there is no such process. Value is the error number.
    NotReady,

    // From the guard: the command runs; it could not be run, for the error number in Value; it ended, with the status
    // of wait(2) in Value; it stopped, by the signal in Value.
    Started,
    NotStarted,
    Ended,
    Stopped,

    // From the guard: every process is stopped by Suspend.
    Suspended,

    // From the guard: it ends the command. Value is one when nothing newer came in time.
    Stopping,

    // From the guard: nothing of the command is left, but for Value processes that cannot be ended. First is the pid of
    // one, Second the error number, or zero if it does not die.
    Gone,
}
