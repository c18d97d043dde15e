namespace Quorum.Managed.Gateway;

// An event id is used once. Those below 100 are the hosted monitor's.
internal static partial class Log
{
    [LoggerMessage(101, LogLevel.Error, "The state file {Path} cannot be written: {Problem}. It is tried again")]
    public static partial void StateFileNotWritten(this ILogger logger, string path, string problem);

    [LoggerMessage(102, LogLevel.Information, "The state file {Path} is written again")]
    public static partial void StateFileWritten(this ILogger logger, string path);

    [LoggerMessage(103, LogLevel.Error, "The command of --on-change cannot be started: {Problem}")]
    public static partial void HookNotStarted(this ILogger logger, string problem);

    [LoggerMessage(104, LogLevel.Warning, "The command of --on-change ended with {ExitCode}")]
    public static partial void HookFailed(this ILogger logger, int exitCode);

    [LoggerMessage(105, LogLevel.Warning, "The command of --on-change took longer than {Limit} and was killed")]
    public static partial void HookKilled(this ILogger logger, TimeSpan limit);

    [LoggerMessage(106, LogLevel.Information, "Listening on {Address}")]
    public static partial void Listening(this ILogger logger, string address);

    [LoggerMessage(107, LogLevel.Warning, "The process that writes the state file has ended. Another is started")]
    public static partial void KeeperEnded(this ILogger logger);

    [LoggerMessage(106, LogLevel.Warning, "The command of --on-change cannot be killed: {Problem}")]
    public static partial void HookNotKilled(this ILogger logger, string problem);

    [LoggerMessage(107, LogLevel.Critical, "The gateway failed, and ends")]
    public static partial void LoopFailed(this ILogger logger, Exception error);

    [LoggerMessage(108, LogLevel.Error, "The keeper of the state file does not write. Another one is started")]
    public static partial void KeeperSilent(this ILogger logger);
}
