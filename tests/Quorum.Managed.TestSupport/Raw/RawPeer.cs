using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Quorum.Managed.TestSupport.Raw;

/// <summary>One client of a <see cref="RawDaemon"/>, from the daemon's side.</summary>
public sealed class RawPeer : IDisposable
{
    public const int AnswerBytes = 12328;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private readonly Socket _socket;
    private RawRing[] _rings = [];
    private RawDatagrams? _datagrams;

    internal RawPeer(Socket socket) => _socket = socket;

    /// <summary>The client's 24 bytes.</summary>
    public byte[] ConnectRequest { get; private set; } = [];

    public Socket Socket => _socket;

    public string? Directory { get; private set; }

    public RawRing RequestRing => _rings[0];

    public RawRing ResponseRing => _rings[1];

    public RawRing EventRing => _rings[2];

    /// <summary>The socket transport's side, when the client was accepted with it.</summary>
    public RawDatagrams Datagrams => _datagrams ?? throw new InvalidOperationException("Not accepted with the socket transport.");

    /// <summary>The request channel's flow control.</summary>
    public ref int FlowControl => ref _datagrams is null ? ref RequestRing.FlowControl : ref _datagrams.FlowControl;

    /// <summary>Whether a request is there that nobody has read.</summary>
    public bool HasRequest => _datagrams?.HasRequest ?? (RequestRing.SemaphoreValue != 0 || _socket.Available != 0);

    public void ReadConnectRequest() => ConnectRequest = Receive(24);

    /// <summary>An answer with nothing in it but the error.</summary>
    public static byte[] Refusal(int error)
    {
        byte[] answer = new byte[AnswerBytes];
        BitConverter.TryWriteBytes(answer.AsSpan(0), -1);
        BitConverter.TryWriteBytes(answer.AsSpan(8), AnswerBytes);
        BitConverter.TryWriteBytes(answer.AsSpan(16), error);
        return answer;
    }

    /// <summary>An answer that names three files.</summary>
    public static byte[] Acceptance(int connectionType, uint maxMessageSize, string request, string response, string @event)
    {
        byte[] answer = Refusal(0);
        BitConverter.TryWriteBytes(answer.AsSpan(24), connectionType);
        BitConverter.TryWriteBytes(answer.AsSpan(28), maxMessageSize);
        Encoding.UTF8.GetBytes(request, answer.AsSpan(40));
        Encoding.UTF8.GetBytes(response, answer.AsSpan(4136));
        Encoding.UTF8.GetBytes(@event, answer.AsSpan(8232));
        return answer;
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_socket.Send(bytes, SocketFlags.None)..];
        }
    }

    /// <summary>Makes the three rings in a directory of their own under /dev/shm.</summary>
    public string[] CreateRings(uint maxMessageSize = 65536)
    {
        CreateDirectory();
        string[] names = [$"{Directory}/qb-request-quorum", $"{Directory}/qb-response-quorum", $"{Directory}/qb-event-quorum"];
        _rings = [.. names.Select(name => new RawRing(name, maxMessageSize))];
        return names;
    }

    /// <summary>Makes the rings and accepts the client as the real daemon does.</summary>
    public RawPeer AcceptSharedMemory(uint maxMessageSize = 65536)
    {
        string[] names = CreateRings(maxMessageSize);
        Send(Acceptance(1, maxMessageSize, names[0], names[1], names[2]));
        return this;
    }

    /// <summary>Makes the control file and the sockets, in a directory of their own under /dev/shm.</summary>
    public RawDatagrams CreateSockets(int controlBytes = 24)
    {
        CreateDirectory();
        return _datagrams = new RawDatagrams(Directory!, controlBytes);
    }

    /// <summary>Makes the sockets and accepts the client as the real daemon does.</summary>
    public RawPeer AcceptSocket(uint maxMessageSize = 65536)
    {
        RawDatagrams made = CreateSockets();
        // The event name is not used.
        Send(Acceptance(0, maxMessageSize, made.ControlPath, made.BaseName, made.BaseName));
        return this;
    }

    /// <summary>Waits for a request and takes it; on shared memory a doorbell announces it.</summary>
    public byte[] ReadRequest()
    {
        if (_datagrams is not null)
        {
            return _datagrams.ReadRequest(Bound);
        }

        _ = Receive(1);
        return RequestRing.Read() ?? throw new InvalidDataException("A doorbell rang, but the request ring is empty.");
    }

    /// <summary>Answers model V1's or V0's type request: quorum_type SET.</summary>
    public RawPeer AnswerType()
    {
        byte[] request = ReadRequest();
        byte[] response = Response(request[0] == 4 ? 5 : 4, 32, 1);
        response[24] = 1;
        Respond(response);
        return this;
    }

    public static byte[] Response(int id, int size, int error)
    {
        byte[] response = new byte[size];
        BitConverter.TryWriteBytes(response.AsSpan(0), id);
        BitConverter.TryWriteBytes(response.AsSpan(8), size);
        BitConverter.TryWriteBytes(response.AsSpan(16), error);
        return response;
    }

    public static byte[] QuorateResponse(bool quorate)
    {
        byte[] response = Response(0, 32, 1);
        response[24] = quorate ? (byte)1 : (byte)0;
        return response;
    }

    public void Respond(ReadOnlySpan<byte> response)
    {
        if (_datagrams is not null)
        {
            _datagrams.Respond(response);
            return;
        }

        if (!ResponseRing.Write(response))
        {
            throw new InvalidOperationException("The response ring is full.");
        }
    }

    /// <summary>Sends an event; on shared memory commits it and rings. False when there is no room now.</summary>
    public bool SendEvent(ReadOnlySpan<byte> message)
    {
        if (_datagrams is not null)
        {
            return _datagrams.SendEvent(message);
        }

        if (!EventRing.Write(message))
        {
            return false;
        }

        Send([0]);
        return true;
    }

    /// <summary>Whether the client sends nothing for a while that it had every reason to use, were it going to.</summary>
    public bool IsSilent(TimeSpan time) => _datagrams?.IsSilent(time) ?? !_socket.Poll(time, SelectMode.SelectRead);

    /// <summary>Waits until the client has closed its end.</summary>
    public bool WaitClosed()
    {
        Stopwatch watch = Stopwatch.StartNew();
        byte[] buffer = new byte[64];
        while (watch.Elapsed < Bound)
        {
            if (_socket.Poll(Bound, SelectMode.SelectRead) && _socket.Receive(buffer, SocketFlags.None, out SocketError error) == 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The daemon goes away: the socket closes, the files go.</summary>
    public void Die()
    {
        _socket.Dispose();
        _datagrams?.Close();
    }

    public void Dispose()
    {
        _socket.Dispose();
        foreach (RawRing ring in _rings)
        {
            ring.Dispose();
        }

        _datagrams?.Dispose();
        if (Directory is not null)
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }

    // Short: the socket transport's names in it have to fit into 107 bytes.
    private void CreateDirectory()
    {
        Directory = $"/dev/shm/qb-test-{Environment.ProcessId}-{Guid.NewGuid():N}";
        System.IO.Directory.CreateDirectory(Directory);
    }

    private byte[] Receive(int count)
    {
        byte[] bytes = new byte[count];
        for (int have = 0; have < count;)
        {
            if (!_socket.Poll(Bound, SelectMode.SelectRead))
            {
                throw new TimeoutException($"The client sent {have} of {count} bytes.");
            }

            int received = _socket.Receive(bytes.AsSpan(have));
            have += received > 0 ? received : throw new EndOfStreamException($"The client closed after {have} of {count} bytes.");
        }

        return bytes;
    }
}
