using System.CommandLine;

namespace Quorum.Managed.Cli;

// Asks the four services once for the picture of the cluster, within the command's time limit.
internal static class ViewQuestion
{
    // Null if nothing came in time; the reason is told.
    public static async Task<ClusterView?> AskAsync(
        CommandHost host, DaemonArguments arguments, ParseResult result, CancellationToken cancellationToken)
    {
        FirstProcess.EndOnSignals();
        TimeSpan timeout = arguments.Timeout(result);
        QuorumConnectionOptions options = arguments.Connection(result);
        ClusterViewReader reader = new(Limited(options, timeout));
        await using (reader)
        {
            return await LimitedQuestion.AskAsync(
                host, options, timeout, limit => ReadAsync(reader, limit), cancellationToken);
        }
    }

    // The services are asked in two steps. One that does not answer leaves time for the others.
    public static QuorumConnectionOptions Limited(QuorumConnectionOptions options, TimeSpan timeout) =>
        options with { ConnectTimeout = timeout / 2, RequestTimeout = timeout / 2 };

    // One line for all that lacks; null if nothing does.
    public static string? WhatLacks(ClusterView view)
    {
        ClusterPart[] lacking = [.. view.Parts.Where(static part => part.Error is not null)];
        return lacking.Length == 0
            ? null
            : $"not known: {string.Join(", ", lacking.Select(static part => NameOf(part.Kind)))}. "
                + lacking[0].Error!.Message;
    }

    // When no service answered in time, the failure is that of the whole.
    public static async ValueTask<ClusterView> ReadAsync(ClusterViewReader reader, CancellationToken limit)
    {
        ClusterView view = await reader.ReadAsync(limit);
        return view.Parts.All(static part => part.IsMissing) && view.Parts[0].Error is { } error ? throw error : view;
    }

    private static string NameOf(ClusterPartKind kind) => kind switch
    {
        ClusterPartKind.Quorum => "members",
        ClusterPartKind.Votes => "votes",
        ClusterPartKind.Configuration => "names",
        _ => "links and addresses",
    };
}
