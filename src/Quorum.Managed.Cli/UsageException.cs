namespace Quorum.Managed.Cli;

// The command line, or the environment that stands in for it, is wrong. The message says what and becomes one line on stderr.
internal sealed class UsageException(string message) : Exception(message);
