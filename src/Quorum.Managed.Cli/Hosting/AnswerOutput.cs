namespace Quorum.Managed.Cli;

// Writes the output of a command whose output is its answer.
internal static class AnswerOutput
{
    // A slow reader gets more time than that of a message.
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(5);

    // The exit code. A script that read nothing must not take it for an answer.
    public static int Write(CommandHost host, Action<TextWriter> write, int exitCode)
    {
        IOException? lost = host.TryWrite(write, Patience);
        if (lost is null || CommandHost.IsBrokenPipe(lost))
        {
            return exitCode;
        }

        host.WriteError(QuorumCommand.Unwritten(lost));
        return ExitCodes.Unknown;
    }
}
