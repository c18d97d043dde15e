using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// Connects, tracks, hands on every notification, and connects anew when the daemon goes away or falls silent.
internal sealed class Watcher(QuorumConnectionOptions options, IWatchSink sink, TimeProvider time)
{
    // A stopped daemon keeps its sockets open: only a question that gets no answer tells.
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);

    private readonly Backoff _backoff = new();

    // Ends only by an exception: cancelled, or the very first attempt to connect failed.
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        bool wasConnected = false;
        while (true)
        {
            try
            {
                await using QuorumConnection connection = await QuorumConnection.ConnectAsync(options, cancellationToken);
                wasConnected = true;
                sink.Connected(time.GetUtcNow(), DaemonInfo.Of(connection));
                QuorumException end = await ReadAsync(connection, cancellationToken);
                sink.Disconnected(time.GetUtcNow(), Reason(end));
            }
            catch (QuorumException e) when (wasConnected)
            {
                sink.RetryFailed(time.GetUtcNow(), CommandHost.OneLine(e.Message));
            }

            await Task.Delay(_backoff.Next(), time, cancellationToken);
        }
    }

    // Without the remedy: to connect anew is our business, and under way.
    private static string Reason(QuorumException end) => CommandHost.OneLine(end.InnerException is IpcException cause ? cause.Problem : end.Message);

    // Returns why the connection is of no more use.
    private async Task<QuorumException> ReadAsync(QuorumConnection connection, CancellationToken cancellationToken)
    {
        using CancellationTokenSource session = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<QuorumException?> probe = ProbeAsync(connection, session.CancelAsync, session.Token);
        try
        {
            await connection.TrackStartAsync(TrackFlags.Current | TrackFlags.Changes, session.Token);
            await foreach (QuorumNotification notification in connection.ReadNotificationsAsync(session.Token))
            {
                sink.Notified(time.GetUtcNow(), notification);
                _backoff.Reset();
            }

            throw new InvalidOperationException("The notifications ended.");
        }
        catch (QuorumException e)
        {
            return e;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return await probe ?? throw new InvalidOperationException("The session ended without a reason.", e);
        }
        finally
        {
            await session.CancelAsync();
            await probe;
        }
    }

    private async Task<QuorumException?> ProbeAsync(QuorumConnection connection, Func<Task> endSession, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(ProbeInterval, time, cancellationToken);
                await connection.GetQuorateAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (QuorumException e)
        {
            await endSession();
            return e;
        }
    }
}
