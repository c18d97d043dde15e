namespace Quorum.Managed.Cli.Executing;

// Grace: between SIGTERM and SIGKILL. SettleTime: how long quorate before a start. Restart: whether the command runs again when quorum is back.
internal sealed record ExecutorOptions(TimeSpan Grace, TimeSpan SettleTime, bool Restart);
