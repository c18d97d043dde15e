using System.CommandLine;
using Quorum.Managed.Cli.Output;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli.Commands;

// Asks one question and leaves: made to be run every few seconds as a container's health check.
internal static class CheckCommand
{
    public static Command Create(CommandHost host)
    {
        Command command = new("check", "Ask once whether this node is quorate; the exit code is the answer. For health checks.");
        DaemonOptions options = new(command, host);
        command.SetAction((result, cancellationToken) =>
            Task.FromResult(StatusReporter.Run(host, options, result, Fetch, static (writer, report) => writer.WriteLine(report.Quorate == true ? "quorate" : "not quorate"), cancellationToken)));
        return command;
    }

    // Without notifications V0 does all that is needed, and corosync 2.x knows it too.
    private static StatusReport Fetch(QuorumConnectionOptions options, CancellationToken cancellationToken)
    {
        using QuorumConnection connection = QuorumConnection.Connect(options with { Model = QuorumModel.V0 });
        using CancellationTokenRegistration limit = StatusReporter.Limit(connection, cancellationToken);
        return StatusReport.Of(connection, connection.GetQuorate());
    }
}
