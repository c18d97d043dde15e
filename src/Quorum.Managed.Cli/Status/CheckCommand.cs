using System.CommandLine;

namespace Quorum.Managed.Cli;

// Asks one question. Made to be run every few seconds as a container's health check.
internal static class CheckCommand
{
    public static Command Create(CommandHost host)
    {
        Command command = new(
            "check", "Ask once whether this node is quorate; the exit code is the answer. For health checks.");
        DaemonArguments arguments = DaemonArguments.ForAnswer(command);
        command.SetAction((result, cancellationToken) =>
            Task.FromResult(StatusReporter.Run(
                host, arguments, result, Fetch, WriteText, outputIsTheAnswer: false, cancellationToken)));
        return command;
    }

    private static void WriteText(TextWriter writer, StatusReport report) =>
        writer.WriteLine(QuorateText.Of(report.State == QuorumState.Quorate));

    // Model V0 answers the question, and every version of corosync has it.
    private static StatusReport Fetch(QuorumConnectionOptions options, CancellationToken limit) =>
        StatusQuestion.Ask(options, wantsMembers: false, wantsDetails: false, limit);
}
