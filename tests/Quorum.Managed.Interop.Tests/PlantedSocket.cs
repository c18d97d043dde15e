using System.Net.Sockets;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>A socket file at which another user listens.</summary>
internal sealed class PlantedSocket : IDisposable
{
    /// <summary>The uid of that user: nobody.</summary>
    public const uint Owner = 65534;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("quorum-planted-");
    private readonly Socket _listener;

    public PlantedSocket()
    {
        OtherUser.ChangeMode(_directory.FullName, 0x1FF);
        Path = _directory.FullName + "/quorum";
        _listener = OtherUser.Run(Owner, Owner, [], () =>
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(Path));
            socket.Listen(8);
            return socket;
        });
    }

    public string Path { get; }

    /// <summary>Accepts the next client and reads until the client closes. Returns the number of bytes.</summary>
    public int Receive()
    {
        using Socket client = _listener.Accept();
        byte[] buffer = new byte[64];
        int total = 0;
        for (int count = 1; count > 0; total += count)
        {
            count = client.Receive(buffer);
        }

        return total;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _directory.Delete(recursive: true);
    }
}
