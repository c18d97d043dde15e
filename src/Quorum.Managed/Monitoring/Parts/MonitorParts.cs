using Quorum.Managed.Ipc;

namespace Quorum.Managed;

// What a monitor reads beside quorum, if its options ask for it.
internal static class MonitorParts
{
    // The share of a pause by which it may be shortened at random.
    private const double Jitter = 0.5;

    public static IPartFollower[] Create(MonitorCore core, QuorumMonitorOptions options)
    {
        CorosyncConnectionOptions limited = options.Connection with { RequestTimeout = options.MaxStaleness };
        List<IPartFollower> parts = [];
        if (options.IncludeVotes)
        {
            parts.Add(new VotesFollower(limited, Pauses(options), core.Time, core.PartRead));
        }

        if (options.IncludeNames)
        {
            parts.Add(new NamesFollower(limited, Pauses(options), core.Time, core.PartRead));
        }

        return [.. parts];
    }

    // The first that fails ends the others.
    public static async Task RunAsync(IPartFollower[] parts, CancellationToken stop)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        CancellationToken token = either.Token;
        Task[] running = [.. parts.Select(part => Task.Run(() => part.RunAsync(token), CancellationToken.None))];
        if (running.Length > 0)
        {
            await Task.WhenAny(running).ConfigureAwait(false);
        }

        await either.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
    }

    private static Backoff Pauses(QuorumMonitorOptions options) =>
        new(options.ReconnectDelay, options.ReconnectMaxDelay, Jitter);
}
