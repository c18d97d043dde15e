namespace Quorum.Managed;

// One part of a view: a connection that is made when it is needed, and thrown away when it failed. Used by one read at
// a time.
internal sealed class ServicePart<TConnection>(
    ClusterPartKind kind, TimeProvider clock, Func<CancellationToken, ValueTask<TConnection>> connect) : IDisposable
    where TConnection : class, IDisposable
{
    private TConnection? _connection;

    public async ValueTask<PartResult<T>> ReadAsync<T>(
        Func<TConnection, CancellationToken, ValueTask<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        bool done = false;
        try
        {
            _connection ??= await connect(cancellationToken).ConfigureAwait(false);
            DateTimeOffset start = clock.GetUtcNow();
            T value = await read(_connection, cancellationToken).ConfigureAwait(false);
            done = true;
            return new(new ClusterPart(kind, start, (value as IPartialPicture)?.Problem), value);
        }
        catch (QuorumException e)
        {
            return new(new ClusterPart(kind, null, e), null);
        }
        finally
        {
            if (!done)
            {
                Dispose();
            }
        }
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
