using System.Diagnostics;

namespace Quorum.Managed;

// Connects, uses the connection until it ends, pauses, and begins anew.
internal static class ReconnectLoop
{
    // Ends only by an exception: OperationCanceledException, or an error after which the client wants no new attempt.
    public static async Task RunAsync<TConnection>(
        IReconnectingClient<TConnection> client, TimeProvider time, CancellationToken cancellationToken)
        where TConnection : IAsyncDisposable
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TimeSpan pause;
            bool connected = false;
            try
            {
                TConnection connection = await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
                connected = true;
                await using (connection.ConfigureAwait(false))
                {
                    await client.UseAsync(connection, cancellationToken).ConfigureAwait(false);
                }

                throw new UnreachableException("The use of a connection ended without an error.");
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // The client decides which errors it survives.
                if (client.Ended(e, connected) is not { } next)
                {
                    throw;
                }

                pause = next;
            }

            long start = time.GetTimestamp();
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            client.Paused(time.GetElapsedTime(start) - pause);
        }
    }
}
