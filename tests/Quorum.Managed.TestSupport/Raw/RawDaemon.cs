using System.Net.Sockets;

namespace Quorum.Managed.TestSupport.Raw;

/// <summary>
/// A daemon that a test plays byte by byte, also wrongly. It listens at an address of its own and owns the peers that
/// it has accepted. Every wait is bounded by <see cref="Wait.Bound"/>.
/// </summary>
public sealed class RawDaemon : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Lock _lock = new();
    private readonly List<RawPeer> _peers = [];

    /// <summary>At a new abstract name.</summary>
    public RawDaemon(int backlog = 16)
        : this($"quorum-test-{Guid.NewGuid():N}", backlog)
    {
    }

    /// <summary>
    /// At an absolute path, which is deleted at the end, or at an abstract name. Abstract names are shared by all tests
    /// in the network namespace.
    /// </summary>
    public RawDaemon(string name, int backlog = 16)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        _listener.Bind(name[0] == '/' ? new UnixDomainSocketEndPoint(name) : RawAddress.Abstract(name));
        _listener.Listen(backlog);
    }

    /// <summary>The abstract name or the path.</summary>
    public string Name { get; }

    /// <summary>Whether a client has come that was not accepted.</summary>
    public bool HasClient => _listener.Poll(0, SelectMode.SelectRead);

    /// <summary>Waits for a client, and for its connect request unless told otherwise.</summary>
    /// <exception cref="TimeoutException">No client came.</exception>
    public RawPeer Accept(bool readRequest = true)
    {
        if (!_listener.Poll(Wait.Bound, SelectMode.SelectRead))
        {
            throw new TimeoutException("No client came.");
        }

        RawPeer peer = new(_listener.Accept());
        lock (_lock)
        {
            _peers.Add(peer);
        }

        if (readRequest)
        {
            peer.ReadConnectRequest();
        }

        return peer;
    }

    /// <summary>Accepts a client and answers it, on a thread of its own.</summary>
    public Task<RawPeer> ServeAsync(Action<RawPeer> answer) => OwnThread.Run(() =>
    {
        RawPeer peer = Accept();
        answer(peer);
        return peer;
    });

    /// <summary>
    /// Connects a client, which is answered on another thread. What connecting throws comes out unchanged.
    /// </summary>
    public (T Client, RawPeer Peer) Connect<T>(Func<T> connect, Action<RawPeer> answer)
    {
        Task<RawPeer> serving = ServeAsync(answer);
        try
        {
            T client = connect();
            return (client, serving.GetAwaiter().GetResult());
        }
        finally
        {
            // When connecting fails, the answer may still be under way.
            Task.WaitAny(serving);
        }
    }

    /// <summary>As <see cref="Connect"/>, for a client that connects asynchronously.</summary>
    public async Task<(T Client, RawPeer Peer)> ConnectAsync<T>(Func<ValueTask<T>> connect, Action<RawPeer> answer)
    {
        Task<RawPeer> serving = ServeAsync(answer);
        try
        {
            T client = await connect();
            return (client, await serving);
        }
        finally
        {
            await Task.WhenAny(serving);
        }
    }

    /// <summary>Closes the listener, and every peer that is still open.</summary>
    public void Dispose()
    {
        _listener.Dispose();
        lock (_lock)
        {
            _peers.ForEach(static peer => peer.Dispose());
            _peers.Clear();
        }

        if (Name[0] == '/')
        {
            File.Delete(Name);
        }
    }
}
