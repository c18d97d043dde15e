using System.Net.Sockets;
using System.Runtime.InteropServices;
using Quorum.Managed.Ipc;

namespace Quorum.Managed.Testing.Server;

// SO_PEERCRED: who was at the other end when the connection was made. (The real daemon reads the credentials that the kernel attaches to the
// handshake; for a client that passes its socket to another process the two differ.)
internal static class Credentials
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    public static PeerCredentials Of(Socket socket)
    {
        Span<byte> raw = stackalloc byte[12];
        _ = socket.GetRawSocketOption(SolSocket, SoPeerCred, raw);
        return new PeerCredentials(MemoryMarshal.Read<int>(raw), MemoryMarshal.Read<uint>(raw[4..]), MemoryMarshal.Read<uint>(raw[8..]));
    }
}
