using System.CommandLine;
using Quorum.Managed.Cli.Executing;
using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Cli.Commands;

// Runs a command only while this node is quorate.
internal static class ExecCommand
{
    private const string Description =
        "Wait until this node is quorate, run CMD, and stop it when quorum is lost or unknown: SIGTERM, then after the grace SIGKILL, to its process group. Exit code: " +
        "that of CMD (128 + n after signal n), 1 when quorum was lost, 126 or 127 when CMD cannot be run; with --timeout 1 or 2 when it never was quorate.";

    private static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(10);

    public static Command Create(CommandHost host)
    {
        Command command = new("exec", Description);
        DaemonOptions daemon = new(command, host);
        MonitorOptions monitoring = new(command, daemon);
        Option<TimeSpan?> grace = MonitorOptions.DurationOption("--grace", "Between SIGTERM and SIGKILL. Default: 10s.");
        Option<TimeSpan?> settle = MonitorOptions.DurationOption("--settle", "For how long this node must have been quorate before CMD starts. Default: not at all.");
        Option<bool> restart = new("--restart") { Description = "Run CMD again when quorum is back, instead of ending with 1." };
        Argument<string[]> words = new("CMD") { Description = "The command and its arguments, after --.", Arity = ArgumentArity.OneOrMore };
        command.Add(grace);
        command.Add(settle);
        command.Add(restart);
        command.Add(words);
        command.SetAction(async (result, cancellationToken) =>
        {
            if (!ProcessControl.IsSupported)
            {
                throw new UsageException("exec does not know the system calls of this processor architecture.");
            }

            await using QuorumMonitor monitor = monitoring.Create(result);
            monitor.Start();
            ExecutorOptions options = new(result.GetValue(grace) ?? DefaultGrace, result.GetValue(settle) ?? TimeSpan.Zero, result.GetValue(restart));
            using Executor executor = new(monitor, result.GetValue(words)!, options, host.WriteError);
            return await executor.RunAsync(daemon.GivenTimeout(result), cancellationToken);
        });
        return command;
    }
}
