namespace Quorum.Managed.Cli;

// The exit codes of all commands. Shell scripts and container health checks act on them.
internal static class ExitCodes
{
    // Quorate, or the command did what it was asked to do.
    public const int Done = 0;

    public const int NotQuorate = 1;

    public const int LinkDown = 1;

    // As grep has it, and corosync-cmapctl.
    public const int NothingFound = 1;

    // The daemon cannot be reached, refuses the client, or does not answer in time.
    public const int Unknown = 2;

    // EX_USAGE of sysexits.h.
    public const int Usage = 64;

    // exec: a process of the command could not be ended, and still runs.
    public const int NotEnded = 125;

    // As a shell has it: the command exists and cannot be executed.
    public const int NotExecutable = 126;

    // As a shell has it: there is no such command.
    public const int NotFound = 127;

    public static int For(QuorumState state) => state switch
    {
        QuorumState.Quorate => Done,
        QuorumState.Inquorate => NotQuorate,
        _ => Unknown,
    };

    // As a shell has it: the process was ended by a signal.
    public static int For(SignalNumber signal) => 128 + (int)signal;
}
