namespace Quorum.Managed.TestSupport;

/// <summary>What a finished command left behind. A command that died of signal n has exit code 128 + n.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Error);
