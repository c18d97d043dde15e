using System.CommandLine;

namespace Quorum.Managed.Cli;

// Shows once all that the daemon tells about quorum. The daemon sends its state when tracking starts, so nothing is
// waited for unless the membership is changing at that moment.
internal static class StatusCommand
{
    public static Command Create(CommandHost host)
    {
        Command command = new(
            "status",
            "Show whether this node is quorate, which nodes are in its partition, the votes, and how corosync was " +
            "reached.");
        DaemonArguments arguments = DaemonArguments.ForAnswer(command);
        command.SetAction((result, cancellationToken) =>
            Task.FromResult(StatusReporter.Run(
                host,
                arguments,
                result,
                Fetch,
                StatusText.Write,
                outputIsTheAnswer: true,
                cancellationToken)));
        return command;
    }

    private static StatusReport Fetch(QuorumConnectionOptions options, CancellationToken limit) =>
        StatusQuestion.Ask(options, wantsMembers: true, wantsDetails: true, limit);
}
