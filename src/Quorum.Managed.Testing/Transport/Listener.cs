using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Quorum.Managed.Ipc;
using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Testing;

// Listens at the address where clients look for the service.
internal sealed class Listener
{
    private const int Backlog = 512;
    private const UnixFileMode ReadWriteExecuteForAll = (UnixFileMode)0x1FF;
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(50);

    private readonly IpcAddress _address;
    private readonly Socket _socket;
    private volatile bool _isClosed;

    // createInside runs a function that creates a socket, for example in another network namespace. Null runs it here.
    public Listener(IpcAddress address, Func<Func<Socket>, Socket>? createInside)
    {
        _address = address;
        if (address.IsPath)
        {
            RemoveStale(address);
        }

        _socket = createInside is null ? Create() : createInside(Create);
    }

    public bool IsClosed => _isClosed;

    public PeerCredentials OwnCredentials => Credentials.Of(_socket);

    // A socket file at which nobody listens is left over from an earlier server and is deleted. Any other file stays,
    // and binding to its address fails. A connect to a regular file is refused too, so the file's kind decides first.
    public static void RemoveStale(IpcAddress address)
    {
        if (!IsSocket(address.Value))
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
            // The file may belong to another program.
        }
    }

    // Passes each new connection to the function, until the listener is closed.
    public async Task AcceptAsync(Action<Listener, Socket> accepted, CancellationToken cancellationToken)
    {
        await Task.Yield(); // The caller holds the mutex, which this loop must not run under.
        try
        {
            while (true)
            {
                if (await TryAcceptAsync(accepted, cancellationToken).ConfigureAwait(false))
                {
                    continue;
                }

                if (_isClosed)
                {
                    return;
                }

                // The process has most likely run out of descriptors, and may soon close some.
                await Task.Delay(AcceptPause, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException)
        {
            // The listener was closed, or the server stops.
        }
    }

    // An orderly stop removes the socket's file. After any other stop the file stays and refuses every client.
    public void Close(bool orderly)
    {
        _isClosed = true;
        if (orderly || !_address.IsPath)
        {
            _socket.Dispose();
            return;
        }

        // Dispose deletes the file by its name, so the file has another name meanwhile.
        string aside = _address.Value + ".aside";
        File.Move(_address.Value, aside);
        _socket.Dispose();
        File.Move(aside, _address.Value);
    }

    private async ValueTask<bool> TryAcceptAsync(
        Action<Listener, Socket> accepted, CancellationToken cancellationToken)
    {
        try
        {
            accepted(this, await _socket.AcceptAsync(cancellationToken).ConfigureAwait(false));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // A socket cannot be opened as a file: the error is one of its own, ENXIO.
    private static bool IsSocket(string path)
    {
        const int NoSuchDevice = 6;
        string folder = Path.GetDirectoryName(path)!;
        int error = FileCalls.OpenDirectory(parent: null, folder, out SafeFileHandle directory);
        using (directory)
        {
            if (error != 0)
            {
                return false;
            }

            error = FileCalls.OpenFile(directory, Path.GetFileName(path), out SafeFileHandle file);
            file.Dispose();
            return error == NoSuchDevice;
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
                File.SetUnixFileMode(_address.Value, ReadWriteExecuteForAll);
            }

            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException(
                $"Cannot listen at {_address}: {e.Message}. Does another daemon or simulator listen there?", e);
        }
    }
}
