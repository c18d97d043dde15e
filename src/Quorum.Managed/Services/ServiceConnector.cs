using Quorum.Managed.Ipc;

namespace Quorum.Managed;

// Makes the connections of all services: connects to the service, and lets finish do the first exchanges that the
// service needs. One deadline, ConnectTimeout, is for all of it. What finish returns owns the service connection.
internal static class ServiceConnector
{
    // LargestEvent: in bytes; a longer event breaks the protocol.
    public static T Connect<T>(
        CorosyncConnectionOptions options,
        string service,
        int largestEvent,
        Func<ServiceConnection, Deadline, T> finish)
    {
        Deadline deadline = Deadline.After(options.ConnectTimeout);
        ServiceConnection? connection = null;
        try
        {
            connection = ServiceConnection.Connect(options, service, largestEvent, deadline);
            T result = finish(connection, deadline);
            connection = null;
            return result;
        }
        catch (IpcException e)
        {
            throw QuorumErrors.Connecting(e, service);
        }
        finally
        {
            connection?.Dispose();
        }
    }

    public static async ValueTask<T> ConnectAsync<T>(
        CorosyncConnectionOptions options,
        string service,
        int largestEvent,
        Func<ServiceConnection, Deadline, ValueTask<T>> finish,
        CancellationToken cancellationToken)
    {
        Deadline deadline = Deadline.After(options.ConnectTimeout);
        ServiceConnection? connection = null;
        try
        {
            connection = await ServiceConnection
                .ConnectAsync(options, service, largestEvent, deadline, cancellationToken).ConfigureAwait(false);
            T result = await finish(connection, deadline).ConfigureAwait(false);
            connection = null;
            return result;
        }
        catch (IpcException e)
        {
            throw QuorumErrors.Connecting(e, service);
        }
        finally
        {
            connection?.Dispose();
        }
    }
}
