using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// Shows the keys and then their changes, until a signal, the end of the reader or that of the daemon.
internal static class MapFollower
{
    // A stopped daemon keeps its sockets open. Only a request that is not answered shows that it is stopped.
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);

    // Any key does: that it does not exist is an answer too.
    private const string ProbedKey = "totem.version";

    public static Task<int> RunAsync(CommandHost host, MapQuestion question, CancellationToken cancellationToken) =>
        StopSignals.RunAsync(
            signals =>
            {
                signals.StopWithoutReader(host);
                return FollowAsync(host, question, signals.Token);
            },
            cancellationToken);

    private static async Task<int> FollowAsync(CommandHost host, MapQuestion question, CancellationToken stop)
    {
        Start? start = await LimitedQuestion.AskAsync(
            host, question.Options, question.Timeout, limit => StartAsync(question, limit), stop);
        if (start is null)
        {
            return ExitCodes.Unknown;
        }

        await using CmapConnection connection = start.Connection;
        using MapOutput output = new(host.Out, question.Json);
        foreach ((string key, CmapValue value) in start.Present)
        {
            output.Value(key, value);
        }

        await host.Out.FlushAsync(stop);
        await ShowChangesAsync(connection, host, output, stop);
        return ExitCodes.Done;
    }

    // Ends only by an exception: the daemon is gone or silent, nobody reads, or a signal came.
    private static async Task ShowChangesAsync(
        CmapConnection connection, CommandHost host, MapOutput output, CancellationToken stop)
    {
        using CancellationTokenSource session = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task probing = ProbeAsync(connection, session.Token);
        Task reading = ReadAsync(connection, host, output, session.Token);
        try
        {
            await await Task.WhenAny(reading, probing);
        }
        finally
        {
            await session.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await probing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // First the tracker, then the values: no change is lost in between.
    private static async ValueTask<Start> StartAsync(MapQuestion question, CancellationToken limit)
    {
        CmapConnection connection = await question.ConnectAsync(limit);
        try
        {
            await connection.TrackAddAsync(question.Prefix, cancellationToken: limit);
            return new Start(connection, await question.ListAsync(connection, limit));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task ReadAsync(
        CmapConnection connection, CommandHost host, MapOutput output, CancellationToken stop)
    {
        await foreach (CmapChange change in connection.ReadNotificationsAsync(stop))
        {
            output.Change(change);
            await host.Out.FlushAsync(stop);
        }
    }

    private static async Task ProbeAsync(CmapConnection connection, CancellationToken stop)
    {
        while (true)
        {
            await Task.Delay(ProbeInterval, stop);
            _ = await connection.GetAsync(ProbedKey, stop);
        }
    }

    private sealed record Start(CmapConnection Connection, List<KeyValuePair<string, CmapValue>> Present);
}
