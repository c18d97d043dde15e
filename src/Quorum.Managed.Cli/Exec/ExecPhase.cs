namespace Quorum.Managed.Cli;

internal enum ExecPhase
{
    // No command runs: the guard is not ready, or the node is not quorate, or not for long enough.
    Waiting,

    // The command runs, or is about to.
    Running,

    // The command was stopped with exec, as by Ctrl-Z. exec looks at quorum before the command goes on.
    Suspended,

    // The guard ends the command.
    Stopping,

    // exec ends with its exit code.
    Done,
}
