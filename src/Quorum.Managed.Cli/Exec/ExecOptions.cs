namespace Quorum.Managed.Cli;

// Command: its name, for messages. Grace: from SIGTERM to SIGKILL. Settle: how long the node must have been quorate
// before the command starts. Timeout: how long the start may take. Restart: whether the command runs again when quorum
// is back.
internal sealed record ExecOptions(
    string Command,
    TimeSpan Grace,
    TimeSpan Settle,
    TimeSpan? Timeout,
    bool Restart,
    bool Strict,
    TimeSpan MaxStaleness,
    int LostCode,
    int? TimeoutCode,
    int NotEndedCode);
