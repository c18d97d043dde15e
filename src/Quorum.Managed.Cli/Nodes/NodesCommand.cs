using System.CommandLine;

namespace Quorum.Managed.Cli;

// Shows once the nodes that are configured or members.
internal static class NodesCommand
{
    public static Command Create(CommandHost host)
    {
        Command command = new(
            "nodes", "List the nodes: id, name, votes, whether each is a member, and addresses.");
        DaemonArguments arguments = DaemonArguments.ForAnswer(command);
        Option<bool> follow = ViewFollower.Option();
        command.Add(follow);
        command.SetAction((result, cancellationToken) => result.GetValue(follow)
            ? new ViewFollower(host, arguments, result).RunAsync(NodesOutput.Table, cancellationToken)
            : RunAsync(host, arguments, result, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandHost host, DaemonArguments arguments, ParseResult result, CancellationToken cancellationToken)
    {
        if (await ViewQuestion.AskAsync(host, arguments, result, cancellationToken) is not { } view)
        {
            return ExitCodes.Unknown;
        }

        if (view.Nodes.Count == 0)
        {
            host.WriteError(view.Missing.First().Error!.Message);
            return ExitCodes.Unknown;
        }

        if (ViewQuestion.WhatLacks(view) is { } lack)
        {
            host.WriteError(lack);
        }

        // Without the quorum service nobody says for certain who is a member.
        int exitCode = view.Part(ClusterPartKind.Quorum).IsMissing ? ExitCodes.Unknown : ExitCodes.Done;
        bool json = arguments.Json(result);
        return AnswerOutput.Write(host, writer => Write(writer, view, json), exitCode);
    }

    private static void Write(TextWriter writer, ClusterView view, bool json)
    {
        if (json)
        {
            NodesOutput.WriteJson(writer, view);
        }
        else
        {
            NodesOutput.WriteText(writer, view);
        }
    }
}
