using System.CommandLine;

namespace Quorum.Managed.Cli;

// Runs the user's command only while this node is quorate.
internal static class ExecCommand
{
    private const string Description =
        "Wait until this node is quorate, run CMD, and stop it when quorum is lost or unknown: CMD's process group " +
        "gets SIGTERM, and after the grace SIGKILL. Exit code: that of CMD (128 + n after signal n); 1 if quorum was " +
        "lost; 126 or 127 if CMD cannot be run; with --timeout, 1 or 2 if this node did not become quorate in time.";

    private static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(10);

    public static Command Create(CommandHost host)
    {
        Command command = new("exec", Description);
        DaemonArguments daemon = DaemonArguments.ForQuorum(command);
        MonitorArguments monitoring = new(command, daemon);
        Option<TimeSpan?> grace = ParsedOption.Duration("--grace", "The time from SIGTERM to SIGKILL. Default: 10s.");
        Option<TimeSpan?> settle = ParsedOption.Duration(
            "--settle", "How long this node must have been quorate before CMD starts. Default: CMD starts at once.");
        Option<bool> restart = new("--restart")
        {
            Description = "Run CMD again when quorum is back, instead of ending with 1.",
        };
        Argument<string[]> words = new("CMD")
        {
            Description = "The command and its arguments, after --.",
            Arity = ArgumentArity.OneOrMore,
        };
        command.Add(grace);
        command.Add(settle);
        command.Add(restart);
        command.Add(words);
        command.SetAction(async (result, cancellationToken) =>
        {
            if (!ProcessControl.IsSupported)
            {
                throw new UsageException("exec does not support this processor architecture.");
            }

            await using QuorumMonitor monitor = monitoring.Create(result);
            monitor.Start();
            CommandRunnerOptions options = new(
                result.GetValue(grace) ?? DefaultGrace,
                result.GetValue(settle) ?? TimeSpan.Zero,
                result.GetValue(restart));
            using CommandRunner runner = new(monitor, result.GetValue(words)!, options, host.WriteError);
            return await runner.RunAsync(daemon.GivenTimeout(result), cancellationToken);
        });
        return command;
    }
}
