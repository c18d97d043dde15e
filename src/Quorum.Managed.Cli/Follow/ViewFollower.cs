using System.CommandLine;

namespace Quorum.Managed.Cli;

// Reads the picture of the cluster each second, and shows what changes, until a signal, the end of the reader or that
// of the daemon. Not every change is told by a notification: that of a link is not.
internal sealed class ViewFollower(CommandHost host, DaemonArguments arguments, ParseResult result)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static Option<bool> Option() =>
        new("--follow") { Description = "Follow the changes until a signal: a live table on a terminal, else lines." };

    public Task<int> RunAsync(Func<ClusterView, FollowedTable> tableOf, CancellationToken cancellationToken) =>
        StopSignals.RunAsync(
            signals =>
            {
                signals.StopWithoutReader(host);
                return FollowAsync(tableOf, signals.Token);
            },
            cancellationToken);

    private async Task<int> FollowAsync(Func<ClusterView, FollowedTable> tableOf, CancellationToken stop)
    {
        bool json = arguments.Json(result);
        TimeSpan timeout = arguments.Timeout(result);
        QuorumConnectionOptions options = arguments.Connection(result);
        ClusterViewReader reader = new(ViewQuestion.Limited(options, timeout));
        await using (reader)
        {
            ClusterView? view;
            IFollowedSink? sink = null;
            try
            {
                while ((view = await ReadAsync(reader, options, timeout, sink, stop)) is not null)
                {
                    sink ??= !json && host.IsTerminal
                        ? new FollowedScreen(host, TimeProvider.System)
                        : new FollowedLines(host, json);
                    sink.Show(tableOf(view));
                    await Task.Delay(Pause, stop);
                }
            }
            finally
            {
                sink?.Dispose();
            }
        }

        return ExitCodes.Unknown;
    }

    // Null if nothing came in time; the reason is told.
    private Task<ClusterView?> ReadAsync(
        ClusterViewReader reader,
        QuorumConnectionOptions options,
        TimeSpan timeout,
        IFollowedSink? sink,
        CancellationToken stop) =>
        LimitedQuestion.AskAsync(
            host, options, timeout, limit => ViewQuestion.ReadAsync(reader, limit), stop, () => sink?.Dispose());
}
