using System.Runtime.ExceptionServices;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// Hands every notification to a sink. Connects anew when the daemon goes away or no longer answers.
internal sealed class Watcher(QuorumConnectionOptions options, IWatchSink sink, TimeProvider time)
    : IReconnectingClient<QuorumConnection>
{
    // The share of a pause by which it may be shortened at random.
    private const double Jitter = 0.2;

    // A stopped daemon keeps its sockets open. Only a request that is not answered shows that it is stopped.
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);

    private readonly Backoff _backoff = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2), Jitter);

    // Votes and names come on other threads than the notifications.
    private readonly Lock _telling = new();
    private ExceptionDispatchInfo? _unwritten;
    private bool _wasConnected;

    // Ends only by an exception: it was cancelled, or the first attempt to connect failed.
    public Task RunAsync(CancellationToken cancellationToken) => ReconnectLoop.RunAsync(this, time, cancellationToken);

    ValueTask<QuorumConnection> IReconnectingClient<QuorumConnection>.ConnectAsync(
        CancellationToken cancellationToken) => QuorumConnection.ConnectAsync(options, cancellationToken);

    async Task IReconnectingClient<QuorumConnection>.UseAsync(
        QuorumConnection connection, CancellationToken cancellationToken)
    {
        _wasConnected = true;
        Tell(() => sink.Connected(time.GetUtcNow(), DaemonInfo.Of(connection)));
        using CancellationTokenSource session = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task parts = new WatchParts(options, time, TellPart).RunAsync(session.Token);
        Task probing = ProbeAsync(connection, session.Token);
        Task reading = ReadAsync(connection, session.Token);
        try
        {
            // The first that fails ends the session.
            await await Task.WhenAny(reading, probing, parts);

            // The parts end without an error, and only so.
            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            await session.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await probing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await parts.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // An error before the first connection ends the watch: the daemon is not there, or the options are wrong.
    TimeSpan? IReconnectingClient<QuorumConnection>.Ended(Exception error, bool connected)
    {
        if (error is not QuorumException || !_wasConnected)
        {
            return null;
        }

        if (connected)
        {
            Tell(() => sink.Disconnected(time.GetUtcNow(), Reason(error)));
        }
        else
        {
            Tell(() => sink.RetryFailed(time.GetUtcNow(), CommandHost.OneLine(error.Message)));
        }

        return _backoff.Next();
    }

    void IReconnectingClient<QuorumConnection>.Paused(TimeSpan overrun)
    {
    }

    // The text without the remedy: the watcher itself connects anew.
    private static string Reason(Exception end) =>
        CommandHost.OneLine(end.InnerException is IpcException cause ? cause.Problem : end.Message);

    // What cannot be written ends the watch, whichever thread meets it first: a sink is of no use after that.
    private void Tell(Action tell)
    {
        lock (_telling)
        {
            _unwritten?.Throw();
            try
            {
                tell();
            }
            catch (IOException e)
            {
                _unwritten = ExceptionDispatchInfo.Capture(e);
                throw;
            }
        }
    }

    private void TellPart(PartReading reading) => Tell(() =>
    {
        switch (reading)
        {
            case VotesReading votes:
                sink.Votes(time.GetUtcNow(), votes);
                break;
            case NamesReading names:
                sink.Names(time.GetUtcNow(), names);
                break;
            default:
                break;
        }
    });

    private async Task ReadAsync(QuorumConnection connection, CancellationToken cancellationToken)
    {
        await connection.TrackStartAsync(TrackFlags.Current | TrackFlags.Changes, cancellationToken);
        await foreach (QuorumNotification notification in connection.ReadNotificationsAsync(cancellationToken))
        {
            Tell(() => sink.Notified(time.GetUtcNow(), notification));
            _backoff.Reset();
        }

        throw new InvalidOperationException("The notifications ended.");
    }

    private async Task ProbeAsync(QuorumConnection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(ProbeInterval, time, cancellationToken);
            await connection.GetQuorateAsync(cancellationToken);
        }
    }
}
