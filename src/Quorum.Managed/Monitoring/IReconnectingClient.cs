namespace Quorum.Managed;

// What ReconnectLoop drives. Its methods are called one after another, never at the same time.
internal interface IReconnectingClient<TConnection>
    where TConnection : IAsyncDisposable
{
    ValueTask<TConnection> ConnectAsync(CancellationToken cancellationToken);

    // Uses a connection until it ends. Ends only by an exception. The loop disposes the connection.
    Task UseAsync(TConnection connection, CancellationToken cancellationToken);

    // An attempt to connect failed or, if connected is true, a connection ended. Returns the pause before the next
    // attempt. Returns null to end the loop with the error.
    TimeSpan? Ended(Exception error, bool connected);

    // A pause is over. It took longer than planned by overrun.
    void Paused(TimeSpan overrun);
}
