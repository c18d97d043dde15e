using System.IO.MemoryMappedFiles;
using System.Net.Sockets;

namespace Quorum.Managed.TestSupport.Raw;

/// <summary>
/// The daemon's side of a socket connection: the control file and the datagram sockets. Written from
/// protocol-docs/socket-transport.md.
/// </summary>
public sealed unsafe class RawDatagrams : IRawTransport
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _control;
    private readonly Socket _requests;
    private readonly Socket _events;
    private readonly string? _socketDirectory;

    // With a directory for its sockets they are files there, as libqb 1.0.3 makes them.
    internal RawDatagrams(string directory, int controlBytes, string? socketDirectory)
    {
        ControlPath = directory + "/qb-control-quorum";
        BaseName = socketDirectory is null ? directory + "/qb-quorum" : $"qb-quorum-{Environment.ProcessId}-1-5";
        _socketDirectory = socketDirectory;
        _file = MemoryMappedFile.CreateFromFile(
            ControlPath, FileMode.CreateNew, null, controlBytes, MemoryMappedFileAccess.ReadWrite);
        _view = _file.CreateViewAccessor();
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _control);
        _requests = Bind("-request");
        _events = Bind("-event-tx");
    }

    /// <summary>The first name of the handshake.</summary>
    public string ControlPath { get; }

    /// <summary>The second name of the handshake.</summary>
    public string BaseName { get; }

    /// <inheritdoc/>
    public bool HasRequest => _requests.Available > 0;

    /// <inheritdoc/>
    public ref int FlowControl => ref Control(4);

    /// <summary>A number of the control file: how many messages are under way at 0, 8 and 16.</summary>
    public ref int Control(int offset) => ref *(int*)(_control + offset);

    /// <inheritdoc/>
    public byte[] ReadRequest()
    {
        if (!_requests.Poll(Wait.Bound, SelectMode.SelectRead))
        {
            throw new TimeoutException("The client sent no request.");
        }

        byte[] buffer = new byte[65536];
        int length = _requests.Receive(buffer);
        Interlocked.Decrement(ref Control(0));
        return buffer[..length];
    }

    /// <inheritdoc/>
    public void Respond(ReadOnlySpan<byte> response)
    {
        if (!Send(_requests, "-response", response, 8))
        {
            throw new InvalidOperationException("The response socket is full.");
        }
    }

    /// <inheritdoc/>
    public bool SendEvent(ReadOnlySpan<byte> message) => Send(_events, "-event", message, 16);

    /// <inheritdoc/>
    public void Close()
    {
        _requests.Dispose();
        _events.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    // libqb connects a socket at its first send.
    private bool Send(Socket socket, string suffix, ReadOnlySpan<byte> message, int counter)
    {
        if (!socket.Connected)
        {
            socket.Connect(AddressOf(suffix));
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
        socket.Bind(AddressOf(suffix));
        return socket;
    }

    private UnixDomainSocketEndPoint AddressOf(string suffix) => _socketDirectory is null
        ? RawAddress.Abstract(BaseName + suffix)
        : new UnixDomainSocketEndPoint($"{_socketDirectory}/{BaseName}{suffix}");
}
