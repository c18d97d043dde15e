using System.Net.Sockets;

namespace Quorum.Managed.Testing;

// Receives the requests of one client until the client closes its setup socket. A client without a channel has no
// requests.
internal sealed class RequestLoop(
    SimulatorServer server, SimulatorConnection connection, Socket setup, ServerChannel? channel)
{
    private const int DoorbellsAtOnce = 64;

    public async ValueTask RunAsync()
    {
        Task datagrams = channel is DatagramChannel sockets ? ReceiveDatagramsAsync(sockets) : Task.CompletedTask;
        try
        {
            await ReceiveDoorbellsAsync(channel as SharedMemoryChannel).ConfigureAwait(false);
        }
        finally
        {
            server.Remove(connection); // This closes the sockets and so ends the other loop.
            await datagrams.ConfigureAwait(false);
        }
    }

    // Each byte is the doorbell of one request in the ring. A byte without a request has no effect. Without a ring only
    // the end of the stream matters.
    private async ValueTask ReceiveDoorbellsAsync(SharedMemoryChannel? rings)
    {
        byte[] doorbells = new byte[DoorbellsAtOnce];
        while (true)
        {
            int count = await setup.ReceiveAsync(doorbells.AsMemory(), SocketFlags.None, server.Stopping)
                .ConfigureAwait(false);
            if (count == 0)
            {
                return;
            }

            for (int i = 0; rings is not null && i < count; i++)
            {
                await server.Faults.WaitBeforeRequestAsync(server.Stopping).ConfigureAwait(false);
                if (!HandleNext(rings))
                {
                    return;
                }
            }
        }
    }

    private bool HandleNext(SharedMemoryChannel rings)
    {
        lock (server.Mutex)
        {
            if (connection.IsClosed)
            {
                return false;
            }

            Span<byte> buffer = server.RequestBuffer(rings.LargestRequest);
            int length = rings.TryReadRequest(buffer);
            return length < 0 || connection.Handle(buffer[..length]);
        }
    }

    private async Task ReceiveDatagramsAsync(DatagramChannel sockets)
    {
        byte[] buffer = new byte[DatagramChannel.LargestRequest];
        try
        {
            while (true)
            {
                int length = await sockets.ReceiveAsync(buffer, server.Stopping).ConfigureAwait(false);
                await server.Faults.WaitBeforeRequestAsync(server.Stopping).ConfigureAwait(false);
                lock (server.Mutex)
                {
                    if (connection.IsClosed)
                    {
                        return;
                    }

                    sockets.CountRequest();
                    if (!connection.Handle(buffer.AsSpan(0, length)))
                    {
                        connection.Close(orderly: true);
                        return;
                    }
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The connection was closed.
        }
    }
}
