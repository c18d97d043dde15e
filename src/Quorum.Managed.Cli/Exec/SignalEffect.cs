namespace Quorum.Managed.Cli;

// What a signal means to exec, beyond being passed on.
internal enum SignalEffect
{
    None = 0,

    // exec ends: there is no command that the signal could be for.
    End,

    // The command is to end.
    Stop,

    // The command and exec are to stop, as by Ctrl-Z.
    Suspend,
}
