using System.CommandLine;

namespace Quorum.Managed.Cli;

// Runs the user's command only while this node is quorate.
internal static class ExecCommand
{
    private const string Description =
        "Wait until this node is quorate, run CMD, and stop it when quorum is lost or unknown: all processes of CMD " +
        "get SIGTERM, and after the grace SIGKILL. Options end at the first word that is none. " +
        "Exit code: that of CMD (128 + n after signal n); 1 if quorum was lost (--lost-exit-code); 125 if a process " +
        "of CMD could not be ended; 126 or 127 if CMD cannot be run; with --timeout, 1 or 2 if this node did not " +
        "become quorate in time; 128 + n if signal n ended exec before CMD ran.";

    private static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(8);

    // Fits into the lease at corosync's own timing.
    private static readonly TimeSpan DefaultStrictGrace = TimeSpan.FromSeconds(1);

    public static Command Create(CommandHost host)
    {
        Command command = new("exec", Description);
        DaemonArguments daemon = DaemonArguments.ForQuorum(command);
        MonitorArguments monitoring = new(command, daemon);
        Option<TimeSpan?> grace = ParsedOption.Duration(
            "--grace", "The time from SIGTERM to SIGKILL, for every process of CMD. Default: 8s, or 1s if --strict.");
        Option<TimeSpan?> settle = ParsedOption.Duration(
            "--settle", "How long this node must have been quorate before CMD starts. Default: CMD starts at once.");
        Option<bool> restart = new("--restart")
        {
            Description = "Run CMD again when quorum is back, instead of ending. A CMD that ends by itself ends exec.",
        };
        Option<int?> lost = Code("--lost-exit-code", "The exit code when quorum was lost. Default: 1.");
        Option<int?> timeout = Code(
            "--timeout-exit-code", "The exit code when --timeout is over. Default: 1 if not quorate, 2 if unknown.");
        Option<int?> notEnded = Code(
            "--not-ended-exit-code", "The exit code when a process of CMD could not be ended. Default: 125.");
        Option<bool> strict = new("--strict")
        {
            Description = "End CMD before any other node can act, also if this node is cut off: CMD is dead before the "
                + "lease of corosync's token ends, so SIGTERM comes the grace earlier. The price: CMD also stops, for "
                + "some seconds, when another node dies. A --grace that does not fit is refused.",
        };
        Option<TimeSpan?> margin = ParsedOption.Duration(
            "--lease-margin",
            "With --strict: how much earlier than corosync's consensus time-out the lease ends. Default: 100ms.");
        Argument<string[]> words = new("CMD")
        {
            Description = "The command and its arguments.",
            Arity = ArgumentArity.OneOrMore,
        };
        command.Add(grace);
        command.Add(settle);
        command.Add(restart);
        command.Add(strict);
        command.Add(margin);
        command.Add(lost);
        command.Add(timeout);
        command.Add(notEnded);
        command.Add(words);
        command.SetAction(result =>
        {
            TimeSpan defaultGrace = result.GetValue(strict) ? DefaultStrictGrace : DefaultGrace;
            ExecOptions options = new(
                result.GetValue(words)![0],
                result.GetValue(grace) ?? defaultGrace,
                result.GetValue(settle) ?? TimeSpan.Zero,
                daemon.GivenTimeout(result),
                result.GetValue(restart),
                result.GetValue(strict),
                monitoring.MaxStaleness(result),
                result.GetValue(lost) ?? ExitCodes.NotQuorate,
                result.GetValue(timeout),
                result.GetValue(notEnded) ?? ExitCodes.NotEnded);
            return ExecRole.Run(
                () => monitoring.Create(result, result.GetValue(strict), result.GetValue(margin)),
                options,
                result.GetValue(words)!);
        });
        return command;
    }

    private static Option<int?> Code(string name, string description) => ParsedOption.Create<int?>(
        name,
        "CODE",
        description,
        static text => byte.TryParse(text, out byte code)
            ? code
            : throw new FormatException($"'{text}' is not an exit code: write a number from 0 to 255."));
}
