using System.Net.Sockets;
using Quorum.Managed.Ipc;

namespace Quorum.Managed.Testing.Server;

// Listens where clients look for the service.
internal sealed class Listener
{
    private const int Backlog = 512;
    private const UnixFileMode Everybody = (UnixFileMode)511;
    private readonly IpcAddress _address;
    private readonly Socket _socket;

    public Listener(IpcAddress address, Func<Func<Socket>, Socket>? inside)
    {
        _address = address;
        if (address.IsPath)
        {
            RemoveStale(address);
        }

        Func<Socket> create = Create;
        _socket = inside is null ? create() : inside(create);
    }

    // Who listens, as SO_PEERCRED has it: this process.
    public PeerCredentials Own => Credentials.Of(_socket);

    public ValueTask<Socket> AcceptAsync(CancellationToken cancellationToken) => _socket.AcceptAsync(cancellationToken);

    // In order: the socket's file goes too. As by SIGKILL: it stays, and refuses whoever tries it.
    public void Close(bool orderly)
    {
        if (orderly || !_address.IsPath)
        {
            _socket.Dispose(); // removes its file
            return;
        }

        string aside = _address.Value + ".aside";
        File.Move(_address.Value, aside);
        _socket.Dispose();
        File.Move(aside, _address.Value);
    }

    // A socket file that nobody listens at stays of an earlier server; anything else is left alone, and the bind fails.
    public static void RemoveStale(IpcAddress address)
    {
        if (!File.Exists(address.Value))
        {
            return;
        }

        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(address.ToEndPoint());
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(address.Value);
        }
        catch (SocketException)
        {
            // Not ours to judge.
        }
    }

    private Socket Create()
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(_address.ToEndPoint());
            if (_address.IsPath && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(_address.Value, Everybody);
            }

            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"Cannot listen at {_address}: {e.Message}. Does another daemon or simulator listen there?", e);
        }
    }
}
