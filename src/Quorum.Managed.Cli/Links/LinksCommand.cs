using System.CommandLine;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// Shows once the links from this node to each other node. The exit code is 1 when one of them is down.
internal static class LinksCommand
{
    // The only transport that tests its links. The others call a link connected until its node is lost.
    private const string TestingTransport = "knet";

    public static Command Create(CommandHost host)
    {
        Command command = new(
            "links",
            "List this node's links to the other nodes. Exit codes: 0 all are up, 1 one is down, 2 not known.");
        DaemonArguments arguments = DaemonArguments.ForAnswer(command, usesQuorum: false);
        Option<bool> follow = ViewFollower.Option();
        command.Add(follow);
        command.SetAction((result, cancellationToken) => result.GetValue(follow)
            ? new ViewFollower(host, arguments, result).RunAsync(Table, cancellationToken)
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

        bool isTested = IsTested(view);
        LinkLine[] lines = [.. LinkLine.Of(view, isTested)];
        string? doubt = Doubt(view, isTested);
        if (doubt is not null)
        {
            host.WriteError(doubt);
        }

        bool json = arguments.Json(result);
        int exitCode = lines.Any(static line => line.IsDown) ? ExitCodes.LinkDown
            : doubt is null ? ExitCodes.Done
            : ExitCodes.Unknown;
        return lines.Length == 0
            ? exitCode
            : AnswerOutput.Write(host, writer => LinksOutput.Write(writer, lines, json), exitCode);
    }

    private static FollowedTable Table(ClusterView view)
    {
        bool isTested = IsTested(view);
        return LinksOutput.Table(
            [.. LinkLine.Of(view, isTested)],
            Doubt(view, isTested),
            isWhole: new[] { ClusterPartKind.Links, ClusterPartKind.Configuration, ClusterPartKind.Quorum }
                .All(kind => !view.Part(kind).IsMissing));
    }

    // Without totem.transport corosync takes knet, if it is one that tells its links at all.
    private static bool IsTested(ClusterView view) =>
        !view.Part(ClusterPartKind.Configuration).IsMissing && view.Transport is null or TestingTransport;

    // Why "all links are up" would be more than is known. Null if it is known.
    private static string? Doubt(ClusterView view, bool isTested)
    {
        ClusterPart? missing = new[] { ClusterPartKind.Links, ClusterPartKind.Configuration, ClusterPartKind.Quorum }
            .Select(view.Part).FirstOrDefault(static part => part.IsMissing || part.Error is not null);
        if (missing is not null)
        {
            return missing.Error!.Message;
        }

        if (view.LocalNode is null)
        {
            return "corosync does not tell which node this is.";
        }

        if (!isTested)
        {
            return $"corosync does not test the links of its transport {view.Transport}, only those of knet.";
        }

        NodeId[] silent =
        [
            .. view.Nodes
                .Where(static node => !node.IsLocal && node.Links is null or { Count: 0 })
                .Select(static node => node.Id),
        ];
        return silent.Length == 0 ? null : $"corosync tells no links to {string.Join(", ", silent)}.";
    }
}
