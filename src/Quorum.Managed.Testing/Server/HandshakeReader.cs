using System.Net.Sockets;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing.Server;

// Reads the handshake's request, and not a byte more: what follows it are doorbells.
internal static class HandshakeReader
{
    // Null when the client sends something else, or closes; a client that sends too little is waited for, for ever.
    public static async ValueTask<ConnectRequest?> ReadAsync(Socket setup, FaultList faults, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[ConnectRequest.Size];
        for (int have = 0; have < buffer.Length;)
        {
            int count = await setup.ReceiveAsync(buffer.AsMemory(have), SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return null;
            }

            have += count;
        }

        await faults.WhileHeldAsync(request: false, cancellationToken).ConfigureAwait(false);
        try
        {
            return ConnectRequest.Read(buffer);
        }
        catch (WireFormatException)
        {
            return null;
        }
    }
}
