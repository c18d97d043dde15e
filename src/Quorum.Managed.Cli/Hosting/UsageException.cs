namespace Quorum.Managed.Cli;

// The command line or an environment variable is wrong. The message becomes one line on stderr.
internal sealed class UsageException(string message) : Exception(message);
