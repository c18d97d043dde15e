namespace Quorum.Managed.Cli;

// Grace: from SIGTERM to SIGKILL. SettleTime: how long the node must have been quorate before the command starts.
// Restart: whether the command runs again when quorum is back.
internal sealed record CommandRunnerOptions(TimeSpan Grace, TimeSpan SettleTime, bool Restart);
