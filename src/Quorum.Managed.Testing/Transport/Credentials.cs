using System.Net.Sockets;
using System.Runtime.InteropServices;
using Quorum.Managed.Ipc;

namespace Quorum.Managed.Testing;

// Reads SO_PEERCRED: the process that was at the other end when the connection was made. The real daemon reads
// SCM_CREDENTIALS of the handshake instead. The two differ only for a client that passes its socket to another process.
internal static class Credentials
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    // For a listening socket this is the process that listens.
    public static PeerCredentials Of(Socket socket)
    {
        Span<byte> raw = stackalloc byte[12];
        _ = socket.GetRawSocketOption(SolSocket, SoPeerCred, raw);
        return new PeerCredentials(
            MemoryMarshal.Read<int>(raw), MemoryMarshal.Read<uint>(raw[4..]), MemoryMarshal.Read<uint>(raw[8..]));
    }
}
