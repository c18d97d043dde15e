using System.Net.Sockets;

namespace Quorum.Managed.TestSupport.Raw;

/// <summary>
/// One client of a <see cref="RawDaemon"/>, from the daemon's side. The bytes come from protocol-docs and share no code
/// with the product. Every wait is bounded by <see cref="Wait.Bound"/>. Use by one thread at a time.
/// </summary>
public sealed class RawPeer : IDisposable
{
    /// <summary>The size of the answer to a connect request.</summary>
    public const int AnswerBytes = 12328;

    private const int NameBytes = 4096;
    private static int _directories;
    private readonly Socket _socket;
    private IRawTransport? _transport;
    private bool _disposed;

    internal RawPeer(Socket socket) => _socket = socket;

    /// <summary>The client's connect request, 24 bytes.</summary>
    public byte[] ConnectRequest { get; private set; } = [];

    /// <summary>The setup socket.</summary>
    public Socket Socket => _socket;

    /// <summary>The directory below /dev/shm that holds the connection's files, or null before they are made.</summary>
    public string? Directory { get; private set; }

    /// <summary>The request ring of a shared-memory connection.</summary>
    public RawRing RequestRing => Rings.Request;

    /// <summary>The response ring of a shared-memory connection.</summary>
    public RawRing ResponseRing => Rings.Response;

    /// <summary>The event ring of a shared-memory connection.</summary>
    public RawRing EventRing => Rings.Event;

    /// <summary>The sockets of a socket connection.</summary>
    public RawDatagrams Datagrams => _transport as RawDatagrams ?? throw NotAccepted();

    /// <summary>The request channel's flow control: 0 lets the client send.</summary>
    public ref int FlowControl => ref Transport.FlowControl;

    /// <summary>Whether the client has sent a request that was not read.</summary>
    public bool HasRequest => Transport.HasRequest;

    private IRawTransport Transport => _transport ?? throw NotAccepted();

    private RawRings Rings => _transport as RawRings ?? throw NotAccepted();

    /// <summary>A peer that no client has connected to: a place for the files of one.</summary>
    public static RawPeer WithoutClient() =>
        new(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified));

    /// <summary>
    /// The answer to a connect request that says nothing but the error, with its sign as on the wire.
    /// </summary>
    public static byte[] Refusal(int error) =>
        new byte[AnswerBytes].Put(0, -1).Put(8, AnswerBytes).Put(16, error);

    /// <summary>The answer to a connect request that names three files.</summary>
    public static byte[] Acceptance(
        int connectionType, uint maxMessageSize, string request, string response, string @event) =>
        Refusal(0)
            .Put(24, connectionType)
            .Put(28, maxMessageSize)
            .Put(40, request)
            .Put(40 + NameBytes, response)
            .Put(40 + 2 * NameBytes, @event);

    /// <summary>The header of a request, with zeros behind it up to the size.</summary>
    public static byte[] Request(int id, int size = 16) => new byte[size].Put(0, id).Put(8, size);

    /// <summary>
    /// The header of a response, with zeros behind it up to the size. A size below 24 cuts the error off.
    /// </summary>
    public static byte[] Response(int id, int size, int error) =>
        size < 24 ? Request(id, size) : Request(id, size).Put(16, error);

    /// <summary>The response to getquorate.</summary>
    public static byte[] QuorateResponse(bool quorate) => Response(0, 32, 1).Put(24, quorate ? 1 : 0);

    /// <summary>
    /// The response to the type request of model V0 (id 4) or V1 (id 5): 1 means that there is an algorithm.
    /// </summary>
    public static byte[] TypeResponse(int id, int type = 1) => Response(id, 32, 1).Put(24, type);

    /// <summary>Waits for the client's connect request.</summary>
    public void ReadConnectRequest() => ConnectRequest = Receive(24);

    /// <summary>Sends bytes on the setup socket.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_socket.Send(bytes, SocketFlags.None)..];
        }
    }

    /// <summary>Makes the three rings, and returns the names that the handshake gives for them.</summary>
    public string[] CreateRings(uint maxMessageSize = 65536)
    {
        RawRings rings = new(this, CreateDirectory(), maxMessageSize);
        _transport = rings;
        return rings.Names;
    }

    /// <summary>Makes the rings and accepts the client as the real daemon does.</summary>
    public RawPeer AcceptSharedMemory(uint maxMessageSize = 65536)
    {
        string[] names = CreateRings(maxMessageSize);
        Send(Acceptance(1, maxMessageSize, names[0], names[1], names[2]));
        return this;
    }

    /// <summary>
    /// Makes the control file and the datagram sockets, which are files if there is a directory for them.
    /// </summary>
    public RawDatagrams CreateSockets(int controlBytes = 24, string? socketDirectory = null)
    {
        RawDatagrams datagrams = new(CreateDirectory(), controlBytes, socketDirectory);
        _transport = datagrams;
        return datagrams;
    }

    /// <summary>Makes the sockets and accepts the client as the real daemon does.</summary>
    public RawPeer AcceptSocket(uint maxMessageSize = 65536)
    {
        RawDatagrams made = CreateSockets();
        // The client does not use the third name.
        Send(Acceptance(0, maxMessageSize, made.ControlPath, made.BaseName, made.BaseName));
        return this;
    }

    /// <summary>Waits for a request and takes it.</summary>
    public byte[] ReadRequest() => Transport.ReadRequest();

    /// <summary>Answers the type request of model V1 or V0: there is an algorithm.</summary>
    public RawPeer AnswerType()
    {
        Respond(TypeResponse(ReadRequest()[0] == 4 ? 5 : 4));
        return this;
    }

    /// <summary>Sends a response.</summary>
    public void Respond(ReadOnlySpan<byte> response) => Transport.Respond(response);

    /// <summary>Sends an event, on shared memory with its doorbell. False when there is no room for it now.</summary>
    public bool SendEvent(ReadOnlySpan<byte> message) => Transport.SendEvent(message);

    /// <summary>Waits until the client has closed its end. What the client still sends is dropped.</summary>
    /// <exception cref="TimeoutException">The client has not closed in time.</exception>
    public RawPeer WaitClosed()
    {
        using CancellationTokenSource limit = new(Wait.Bound);
        byte[] buffer = new byte[64];
        do
        {
            if (limit.IsCancellationRequested || !_socket.Poll(Wait.Bound, SelectMode.SelectRead))
            {
                throw new TimeoutException("The client has not closed its connection.");
            }
        }
        while (_socket.Receive(buffer, SocketFlags.None, out _) != 0);
        return this;
    }

    /// <summary>The daemon dies: its sockets close. The files stay until <see cref="Dispose"/>.</summary>
    public void Die()
    {
        _socket.Dispose();
        _transport?.Close();
    }

    /// <summary>Closes the sockets and deletes the files. Further calls do nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        _socket.Dispose();
        _transport?.Dispose();
        if (Directory is not null)
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }

    internal byte[] Receive(int count)
    {
        byte[] bytes = new byte[count];
        for (int have = 0; have < count;)
        {
            if (!_socket.Poll(Wait.Bound, SelectMode.SelectRead))
            {
                throw new TimeoutException($"The client sent {have} of {count} bytes.");
            }

            int received = _socket.Receive(bytes.AsSpan(have));
            have += received > 0
                ? received
                : throw new EndOfStreamException($"The client closed after {have} of {count} bytes.");
        }

        return bytes;
    }

    private static InvalidOperationException NotAccepted() => new("The client was not accepted with this transport.");

    // Named as libqb names it.
    private string CreateDirectory()
    {
        int number = Interlocked.Increment(ref _directories);
        Directory = $"/dev/shm/qb-{Environment.ProcessId}-{Environment.ProcessId}-{number}-{Guid.NewGuid():N}"[..^26];
        System.IO.Directory.CreateDirectory(Directory);
        return Directory;
    }
}
