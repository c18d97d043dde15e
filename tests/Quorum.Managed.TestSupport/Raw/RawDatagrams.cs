using System.IO.MemoryMappedFiles;
using System.Net.Sockets;

namespace Quorum.Managed.TestSupport.Raw;

/// <summary>
/// The daemon's side of a socket connection: control file and datagram sockets. Written a second time here, from protocol-docs/socket-transport.md alone.
/// </summary>
public sealed unsafe class RawDatagrams : IDisposable
{
    private readonly string _base;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _control;
    private readonly Socket _requests;
    private readonly Socket _events;

    public RawDatagrams(string directory, int controlBytes = 24)
    {
        ControlPath = directory + "/qb-control-quorum";
        _base = directory + "/qb-quorum";
        _file = MemoryMappedFile.CreateFromFile(ControlPath, FileMode.CreateNew, null, controlBytes, MemoryMappedFileAccess.ReadWrite);
        _view = _file.CreateViewAccessor();
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _control);
        _requests = Bind("-request");
        _events = Bind("-event-tx");
    }

    /// <summary>What the handshake calls the request name.</summary>
    public string ControlPath { get; }

    /// <summary>What the handshake calls the response name.</summary>
    public string BaseName => _base;

    public bool HasRequest => _requests.Available > 0;

    public ref int FlowControl => ref Control(4);

    public ref int Control(int offset) => ref *(int*)(_control + offset);

    public byte[] ReadRequest(TimeSpan bound)
    {
        if (!_requests.Poll(bound, SelectMode.SelectRead))
        {
            throw new TimeoutException("The client sent no request.");
        }

        byte[] buffer = new byte[65536];
        int length = _requests.Receive(buffer);
        Interlocked.Decrement(ref Control(0));
        return buffer[..length];
    }

    public void Respond(ReadOnlySpan<byte> response)
    {
        if (!Send(_requests, "-response", response, 8))
        {
            throw new InvalidOperationException("The response socket is full.");
        }
    }

    public bool SendEvent(ReadOnlySpan<byte> message) => Send(_events, "-event", message, 16);

    public bool IsSilent(TimeSpan time) => !_requests.Poll(time, SelectMode.SelectRead);

    public void Close()
    {
        _requests.Dispose();
        _events.Dispose();
    }

    public void Dispose()
    {
        Close();
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    // Connects at the first send, as libqb does.
    private bool Send(Socket socket, string suffix, ReadOnlySpan<byte> message, int counter)
    {
        if (!socket.Connected)
        {
            socket.Connect(Address(suffix));
        }

        _ = socket.Send(message, SocketFlags.None, out SocketError error);
        if (error is SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable)
        {
            return false;
        }

        if (error != SocketError.Success)
        {
            throw new SocketException((int)error);
        }

        Interlocked.Increment(ref Control(counter));
        return true;
    }

    private Socket Bind(string suffix)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        socket.Bind(Address(suffix));
        return socket;
    }

    private UnixDomainSocketEndPoint Address(string suffix)
    {
        string name = _base + suffix;
        return new UnixDomainSocketEndPoint("\0" + name + new string('\0', 107 - name.Length));
    }
}
